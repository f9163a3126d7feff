/// Histories: what clients did to a system and what they saw, columnar in memory, in and out of every file format.
/// Start reading at [History]; files come in through [Histories] and our own runs write through [HistoryWriter].
@NullMarked
package dev.ordeal.checker.history;

import org.jspecify.annotations.NullMarked;
