package dev.ordeal.node.server;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The flags of a node that is a gossiper, and the environment variables that say the same.
final class GossiperFlags {
    private static final List<String> DEFAULT_NAMES =
            List.of("Alice", "Bob", "Charlie", "Dave", "Eve", "Frank", "Grace", "Heidi");

    @Option(
            names = "--gossip",
            description =
                    "Say five times a second who leads; as the leader, draw a list of names and declare it.")
    private boolean gossip;

    @Option(
            names = "--names",
            paramLabel = "FILE",
            description = "What --gossip draws from: one name a line (default: eight names).")
    private @Nullable Path file;

    boolean gossip() {
        return gossip;
    }

    /// @throws IOException in one line: the file cannot be read, or has no name in it
    List<String> names() throws IOException {
        if (file == null) {
            return DEFAULT_NAMES;
        }
        try {
            List<String> names =
                    Files.readAllLines(file).stream()
                            .map(String::strip)
                            .filter(name -> !name.isEmpty())
                            .distinct()
                            .toList();
            if (names.isEmpty()) {
                throw new IOException("--names " + file + ": there is no name in it");
            }
            return names;
        } catch (NoSuchFileException e) {
            throw new IOException("--names " + file + ": there is no such file", e);
        } catch (MalformedInputException e) {
            throw new IOException("--names " + file + ": this is not text in UTF-8", e);
        }
    }

    /// What the environment says of a gossiper, as flags: `ADDRESS` (host:port for the others, and its name),
    /// `BOOTSTRAP_SERVERS` (the others, separated by commas), `STORE` (where its log is kept; of ours a directory), `INPUT` (a
    /// file with names). Clients and administrators find it at ports of its own choice on loopback.
    ///
    /// @param given the flags of the command line; when they name the node, the environment is not about it
    static List<String> ofEnvironment(Map<String, String> environment, List<String> given) {
        String address = environment.getOrDefault("ADDRESS", "").strip();
        boolean named = given.stream().anyMatch(flag -> flag.matches("--id(=.*)?"));
        boolean asked = given.stream().anyMatch(flag -> flag.matches("-h|--help|-V|--version"));
        if (address.isEmpty() || named || asked) {
            return List.of();
        }
        @Nullable String store = environment.get("STORE");
        if (store == null || store.isBlank()) {
            throw new IllegalArgumentException(
                    "ADDRESS says that this is a gossiper; STORE must say where its log is kept");
        }
        Set<String> members = new LinkedHashSet<>();
        members.add(address);
        for (String other : environment.getOrDefault("BOOTSTRAP_SERVERS", "").split(",", -1)) {
            if (!other.isBlank()) {
                members.add(other.strip());
            }
        }
        List<String> flags = new ArrayList<>();
        flags.addAll(List.of("--gossip", "--id", address, "--listen-peer", address));
        flags.addAll(List.of("--listen-client", "127.0.0.1:0", "--listen-admin", "127.0.0.1:0"));
        flags.addAll(
                List.of(
                        "--peers",
                        members.stream()
                                .map(member -> member + "=" + member)
                                .collect(Collectors.joining(","))));
        flags.addAll(List.of("--data", store));
        String input = environment.getOrDefault("INPUT", "");
        if (!input.isBlank()) {
            flags.addAll(List.of("--names", input));
        }
        return flags;
    }
}
