/// A cluster of containers: the nodes' image, two networks, links cut by packet filters, and `docker kill` and `docker pause`.
///
/// Start reading at [dev.ordeal.nemesis.docker.DockerCluster]; what is done to a container is in `DockerHost`.
@NullMarked
package dev.ordeal.nemesis.docker;

import org.jspecify.annotations.NullMarked;
