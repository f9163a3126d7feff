package dev.ordeal.nemesis.docker;

import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.cluster.Scheduler;

/// Nodes as containers. Needs a Docker engine on this machine.
///
/// Whatever becomes of this process, the containers and networks do not outlive it: a watchdog removes them, and if that is
/// killed too, the next cluster does.
public final class DockerCluster {
    private DockerCluster() {}

    public static LiveCluster create(ClusterSpec spec, Scheduler scheduler) {
        return new LiveCluster(spec, scheduler, new DockerHost(spec));
    }
}
