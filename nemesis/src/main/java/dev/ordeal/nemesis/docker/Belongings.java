package dev.ordeal.nemesis.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import dev.ordeal.nemesis.cluster.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;

/// What a run has made in the Docker engine, known by its labels, so that it is found and removed by whoever comes, whatever the
/// run itself still knows.
///
/// @param run a name of its own for every run
/// @param directory the run's folder on the host
record Belongings(String run, Path directory) {
    private static final String RUN = "dev.ordeal.run";
    private static final String DIRECTORY = "dev.ordeal.directory";
    private static final String TOOL = "dev.ordeal.tool";

    /// Process ids mean nothing to a process that counts its own: a tool in a container may share the engine with others.
    private static final String PROCESS_SPACE = "dev.ordeal.process-space";

    /// An engine that is killing a container may hold on to it, and to its networks, for a moment.
    private static final int ATTEMPTS = 50;

    static Belongings ofThisProcess(Path directory) {
        return new Belongings(UUID.randomUUID().toString(), directory);
    }

    Map<String, String> labels() {
        return Map.of(
                RUN,
                run,
                DIRECTORY,
                directory.toString(),
                TOOL,
                ProcessIdentity.of(ProcessHandle.current()).toString(),
                PROCESS_SPACE,
                processSpace());
    }

    private static String processSpace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
        } catch (IOException e) {
            return "the machine's";
        }
    }

    /// Removes what runs have left whose tool is gone.
    static void removeOrphans(DockerClient docker) {
        Map<String, Map<String, String>> labelsOfRuns = new TreeMap<>();
        for (Container container : containers(docker, Map.of())) {
            collect(labelsOfRuns, container.getLabels());
        }
        for (Network network : networks(docker, Map.of())) {
            collect(labelsOfRuns, network.getLabels());
        }
        labelsOfRuns.forEach((run, labels) -> {
            boolean orphan =
                    processSpace().equals(labels.get(PROCESS_SPACE))
                            && ProcessIdentity.parse(labels.getOrDefault(TOOL, ""))
                                    .flatMap(ProcessIdentity::running)
                                    .isEmpty();
            if (orphan) {
                remove(docker, run);
            }
        });
    }

    private static void collect(Map<String, Map<String, String>> runs, Map<String, String> labels) {
        String run = labels.get(RUN);
        if (run != null) {
            runs.put(run, labels);
        }
    }

    /// Removes everything of one run.
    static void remove(DockerClient docker, String run) {
        containers(docker, Map.of(RUN, run)).parallelStream()
                .forEach(container ->
                        insist(() ->
                                docker.removeContainerCmd(container.getId())
                                        .withForce(true)
                                        .withRemoveVolumes(true)
                                        .exec()));
        networks(docker, Map.of(RUN, run))
                .forEach(network -> insist(() -> docker.removeNetworkCmd(network.getId()).exec()));
    }

    private static void insist(Runnable removal) {
        for (int attempt = 1; ; attempt++) {
            try {
                removal.run();
                return;
            } catch (NotFoundException e) {
                return;
            } catch (ConflictException e) {
                // Somebody else is removing it.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            } catch (DockerException e) {
                // "has active endpoints": its containers are going.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
            LockSupport.parkNanos(100_000_000);
        }
    }

    /// The names of everything that exists for the run with this folder.
    static List<String> of(DockerClient docker, Path directory) {
        Map<String, String> label = Map.of(DIRECTORY, directory.toString());
        TreeSet<String> names = new TreeSet<>();
        containers(docker, label).forEach(container -> names.add("container " + container.getId()));
        networks(docker, label).forEach(network -> names.add("network " + network.getName()));
        return List.copyOf(names);
    }

    private static List<Container> containers(DockerClient docker, Map<String, String> labels) {
        var list = docker.listContainersCmd().withShowAll(true);
        return labels.isEmpty()
                ? list.withLabelFilter(List.of(RUN)).exec()
                : list.withLabelFilter(labels).exec();
    }

    private static List<Network> networks(DockerClient docker, Map<String, String> labels) {
        String filter =
                labels.entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .findFirst()
                        .orElse(RUN);
        return docker.listNetworksCmd().withFilter("label", List.of(filter)).exec();
    }
}
