package dev.ordeal.nemesis.process;

import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.Scheduler;

/// Nodes as processes of this machine. Needs nothing but the JDK it runs on; on Linux and macOS.
///
/// Whatever becomes of this process, the nodes do not outlive it: a watchdog kills them, and if that is killed too, the next
/// cluster does.
public final class ProcessCluster {
    private ProcessCluster() {}

    public static LiveCluster create(ClusterSpec spec, Scheduler scheduler) {
        return new LiveCluster(spec, scheduler, new ProcessHost(spec, Ledger.directory()));
    }
}
