/// What a node keeps on disk: the log, the snapshot, the vote, the count of its starts. What is said to be durable survives a crash at
/// any moment; what was damaged is noticed and never guessed at. Start reading at [dev.ordeal.node.store.Disk].
@NullMarked
package dev.ordeal.node.store;

import org.jspecify.annotations.NullMarked;
