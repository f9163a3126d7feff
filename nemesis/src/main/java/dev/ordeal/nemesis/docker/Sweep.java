package dev.ordeal.nemesis.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.ordeal.nemesis.cluster.Watchdog;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.locks.LockSupport;

/// The watchdog's program: removes the containers and networks of a run whose tool is gone. Its arguments are where the engine
/// listens, and the run.
public final class Sweep {
    /// What the tool asked for last may come into being after its death.
    private static final int ROUNDS = 3;

    private Sweep() {}

    public static void main(String[] args) throws IOException {
        Watchdog.awaitEndOfTool();
        try (ZerodepDockerHttpClient http =
                        new ZerodepDockerHttpClient.Builder()
                                .dockerHost(URI.create(args[0]))
                                .build();
                DockerClient docker =
                        DockerClientImpl.getInstance(
                                DefaultDockerClientConfig.createDefaultConfigBuilder()
                                        .withDockerHost(args[0])
                                        .build(),
                                http)) {
            for (int round = 0; round < ROUNDS; round++) {
                Belongings.remove(docker, args[1]);
                LockSupport.parkNanos(1_000_000_000);
            }
        }
    }
}
