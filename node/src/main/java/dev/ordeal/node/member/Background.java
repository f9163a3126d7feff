package dev.ordeal.node.member;

import dev.ordeal.node.raft.Snapshot;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;

/// Where a member has its snapshots written, so that it need not wait for them. One is written at a time.
@FunctionalInterface
public interface Background {
    /// Has the task run, now or later. [Future#get] waits until it has.
    Future<Snapshot> submit(Callable<Snapshot> task);
}
