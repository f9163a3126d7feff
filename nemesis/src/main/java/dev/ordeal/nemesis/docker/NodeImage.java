package dev.ordeal.nemesis.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageCmd;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerClientException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import dev.ordeal.nemesis.cluster.ClusterException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The image that nodes run from. It is named after the content of the folder it is built from, so it is built again only when
/// that changes.
///
/// @param entryPoint the program in it, to which a node's arguments are added
record NodeImage(String name, List<String> entryPoint) {
    private static final Logger LOG = LoggerFactory.getLogger(NodeImage.class);
    private static final String REPOSITORY = "ordeal-node";

    /// Images made here; others, such as the one for compose, have other tags.
    private static final Pattern OURS = Pattern.compile(REPOSITORY + ":[0-9a-f]{16}");

    /// A base made on this machine where no registry answers, see `.ci/base-image`. Whoever made it wants it used.
    private static final String LOCAL_BASE = "ordeal-base:bookworm";

    /// Names the base to use instead of the Dockerfile's own.
    private static final String BASE_VARIABLE = "ORDEAL_BASE_IMAGE";

    static NodeImage of(Path folder, DockerClient docker) {
        if (!Files.exists(folder.resolve("Dockerfile"))) {
            throw new ClusterException(
                    "there is no "
                            + folder.resolve("Dockerfile")
                            + ": build the project first (mvn package)");
        }
        Optional<String> base =
                Optional.ofNullable(System.getenv(BASE_VARIABLE))
                        .filter(name -> !name.isBlank())
                        .or(() -> inspect(docker, LOCAL_BASE).map(found -> LOCAL_BASE));
        // The base may have been made anew under the same name.
        String baseId =
                base.flatMap(name -> inspect(docker, name))
                        .map(InspectImageResponse::getId)
                        .orElse("");
        String name = REPOSITORY + ":" + hash(folder, base.orElse("") + baseId);
        InspectImageResponse image =
                inspect(docker, name)
                        .or(() -> {
                            build(docker, folder, base, name);
                            removeOlder(docker, name);
                            return inspect(docker, name);
                        })
                        .orElseThrow(() ->
                                new IllegalStateException(name + " was built and is not there"));
        String[] entryPoint = image.getConfig() == null ? null : image.getConfig().getEntrypoint();
        if (entryPoint == null || entryPoint.length == 0) {
            throw new ClusterException(
                    "the image built from "
                            + folder
                            + " has no ENTRYPOINT: its Dockerfile needs one");
        }
        return new NodeImage(name, List.of(entryPoint));
    }

    /// Nobody asks for the images of earlier builds again, and each is some hundred megabytes.
    private static void removeOlder(DockerClient docker, String newest) {
        for (Image image : docker.listImagesCmd().withReferenceFilter(REPOSITORY).exec()) {
            for (String tag : image.getRepoTags() == null ? new String[0] : image.getRepoTags()) {
                if (OURS.matcher(tag).matches() && !tag.equals(newest)) {
                    try {
                        docker.removeImageCmd(tag).exec();
                    } catch (ConflictException | NotFoundException e) {
                        LOG.debug("{} is still used, or gone already", tag);
                    }
                }
            }
        }
    }

    private static Optional<InspectImageResponse> inspect(DockerClient docker, String name) {
        try {
            return Optional.of(docker.inspectImageCmd(name).exec());
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private static void build(
            DockerClient docker, Path folder, Optional<String> base, String name) {
        try (BuildImageCmd build =
                docker.buildImageCmd(folder.toFile()).withTags(Set.of(name)).withRemove(true)) {
            base.ifPresent(image -> build.withBuildArg("BASE_IMAGE", image));
            build.exec(new BuildImageResultCallback()).awaitImageId();
        } catch (DockerClientException e) {
            throw new ClusterException(
                    "the nodes' image cannot be built from "
                            + folder
                            + ": "
                            + String.valueOf(e.getMessage()).replaceAll("\\s+", " ")
                            + "; where no registry can be reached, make a base with .ci/base-image --local or name one in "
                            + BASE_VARIABLE,
                    e);
        }
    }

    private static String hash(Path folder, String more) {
        try (Stream<Path> files = Files.walk(folder)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                digest.update(
                        ("\n" + folder.relativize(file) + "\n").getBytes(StandardCharsets.UTF_8));
                try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
            digest.update(more.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (IOException e) {
            throw new ClusterException("cannot read " + folder + ": " + e, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
