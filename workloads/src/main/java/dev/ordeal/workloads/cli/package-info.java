/// The command line, and the only place that prints. Start at `Main`: every command is a class of its own beside it.
@NullMarked
package dev.ordeal.workloads.cli;

import org.jspecify.annotations.NullMarked;
