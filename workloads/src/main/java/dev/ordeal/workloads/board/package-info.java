/// What the whole tool is worth: each planted bug hunted until it is found or the budget is spent, and the service without a bug
/// hunted as long. Start reading at [dev.ordeal.workloads.board.Scoreboard].
@NullMarked
package dev.ordeal.workloads.board;

import org.jspecify.annotations.NullMarked;
