package dev.ordeal.nemesis.docker;

import com.github.dockerjava.api.model.ContainerNetwork;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/// A container that is on a second network from its first moment.
final class NodeContainer extends GenericContainer<NodeContainer> {
    private final String network;
    private final ContainerNetwork place;

    NodeContainer(String image, String network, ContainerNetwork place) {
        super(DockerImageName.parse(image));
        this.network = network;
        this.place = place;
    }

    /// Before it starts: a node that found its address missing would end.
    @Override
    protected void containerIsCreated(String containerId) {
        dockerClient
                .connectToNetworkCmd()
                .withContainerId(containerId)
                .withNetworkId(network)
                .withContainerNetwork(place)
                .exec();
    }

    /// Whether it serves is the cluster's question, at every start alike.
    @Override
    protected void waitUntilContainerStarted() {}
}
