package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.ClusterSpec;
import dev.ordeal.nemesis.cluster.EventLoop;
import dev.ordeal.nemesis.cluster.LiveCluster;
import dev.ordeal.nemesis.docker.DockerCluster;
import dev.ordeal.nemesis.process.ProcessCluster;
import dev.ordeal.workloads.plan.RunSpec.ClusterKind;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/// What `--cluster` means.
final class Clusters {
    private Clusters() {}

    /// @throws ParameterException that lists the kinds
    static ClusterKind kind(CommandLine command, String typed) {
        return kind(command, typed, List.of(ClusterKind.values()));
    }

    /// One whose nodes live in real time.
    ///
    /// @throws ParameterException that lists the kinds
    static ClusterKind liveKind(CommandLine command, String typed) {
        return kind(command, typed, List.of(ClusterKind.PROCESS, ClusterKind.DOCKER));
    }

    private static ClusterKind kind(CommandLine command, String typed, List<ClusterKind> kinds) {
        return ClusterKind.named(typed)
                .filter(kinds::contains)
                .orElseThrow(() ->
                        Choices.refusal(
                                command,
                                "there is no cluster \"" + typed + "\"",
                                kinds.stream().map(ClusterKind::toString).toList(),
                                typed));
    }

    static LiveCluster create(ClusterKind kind, ClusterSpec spec, EventLoop loop) {
        return switch (kind) {
            case SIM -> throw new IllegalArgumentException("its nodes do not live in real time");
            case PROCESS -> ProcessCluster.create(spec, loop);
            case DOCKER -> DockerCluster.create(spec, loop);
        };
    }
}
