/// The one impure stage: a plan meets a cluster, and what happens is recorded. Single-threaded on the cluster's scheduler; nothing
/// here blocks, starts a thread or reads a clock of its own. Start reading at [Runner]; [Outcomes] is where an answer becomes
/// an outcome.
@NullMarked
package dev.ordeal.workloads.run;

import org.jspecify.annotations.NullMarked;
