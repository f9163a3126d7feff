package dev.ordeal.workloads.cli;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jline.reader.Parser;
import org.jline.reader.SyntaxError;
import org.jline.reader.impl.DefaultParser;
import org.jspecify.annotations.Nullable;

/// What a line typed into the shell asks for. Pure: whether there is such a peer, or a cluster at all, is the
/// [ShellSession]'s to say.
sealed interface ShellLine {
    record CreateCluster(int nodes) implements ShellLine {}

    /// Gives a key a value.
    ///
    /// @param peer who is asked; null: whoever leads
    record Set(String key, String value, @Nullable String peer) implements ShellLine {}

    /// Reads a key.
    ///
    /// @param peer who is asked; null: whoever leads
    record Get(String key, @Nullable String peer) implements ShellLine {}

    record DisconnectPeer(String peer) implements ShellLine {}

    record ReconnectPeer(String peer) implements ShellLine {}

    record CrashPeer(String peer) implements ShellLine {}

    record RestartPeer(String peer) implements ShellLine {}

    record Shutdown() implements ShellLine {}

    record CheckLeader() implements ShellLine {}

    record AddServers(List<String> peers) implements ShellLine {}

    record RemoveServers(List<String> peers) implements ShellLine {}

    record Help() implements ShellLine {}

    record Stop() implements ShellLine {}

    /// An empty line, or a comment.
    record Nothing() implements ShellLine {}

    /// How each command is written, in the order in which help tells them.
    enum Form {
        CREATE_CLUSTER("create cluster", "[N]", 0, 1, "starts N nodes, 1 to 9 (3)"),
        SET(
                "set",
                "KEY VALUE [PEER]",
                2,
                3,
                "gives a key a value, through the leader or that peer"),
        GET("get", "KEY [PEER]", 1, 2, "reads a key, from the leader or that peer"),
        DISCONNECT_PEER("disconnect peer", "PEER", 1, 1, "cuts a peer off from the others"),
        RECONNECT_PEER("reconnect peer", "PEER", 1, 1, "joins it again"),
        CRASH_PEER("crash peer", "PEER", 1, 1, "kills a peer"),
        RESTART_PEER("restart peer", "PEER", 1, 1, "starts it again, on what its disk holds"),
        CHECK_LEADER("check leader", "", 0, 0, "says who leads, and waits for it a while"),
        ADD_SERVERS(
                "add servers",
                "PEER …",
                1,
                9,
                "starts servers that join the cluster, one after the other"),
        REMOVE_SERVERS(
                "remove servers",
                "PEER …",
                1,
                9,
                "takes servers out of the cluster, the leader too, and ends them"),
        SHUTDOWN("shutdown", "", 0, 0, "ends the cluster, with its data"),
        HELP("help", "", 0, 0, "lists the commands"),
        STOP("stop", "", 0, 0, "ends the cluster and the shell, as does the end of the input");

        private final String command;
        private final String arguments;
        private final int fewest;
        private final int most;
        private final String description;

        Form(String command, String arguments, int fewest, int most, String description) {
            this.command = command;
            this.arguments = arguments;
            this.fewest = fewest;
            this.most = most;
            this.description = description;
        }

        String command() {
            return command;
        }

        String usage() {
            return (command + " " + arguments).strip();
        }

        String description() {
            return description;
        }

        /// Whether the argument at this place, from 0, is a peer's name.
        boolean takesPeer(int place) {
            return switch (this) {
                case DISCONNECT_PEER, RECONNECT_PEER, CRASH_PEER, RESTART_PEER -> place == 0;
                case REMOVE_SERVERS -> true;
                case SET -> place == 2;
                case GET -> place == 1;
                case CREATE_CLUSTER, CHECK_LEADER, ADD_SERVERS, SHUTDOWN, HELP, STOP -> false;
            };
        }

        private List<String> words() {
            return List.of(command.split(" ", -1));
        }

        /// The command that these words begin with.
        static Optional<Form> of(List<String> words) {
            return Arrays.stream(values())
                    .filter(form -> words.size() >= form.words().size())
                    .filter(form -> words.subList(0, form.words().size()).equals(form.words()))
                    .findFirst();
        }
    }

    /// Words are separated by blanks; quotes keep them together. A line that begins with `#` is a comment.
    ///
    /// @throws IllegalArgumentException in one line that says what is wrong
    static ShellLine parse(String line) {
        String text = line.strip();
        if (text.isEmpty() || text.startsWith("#")) {
            return new Nothing();
        }
        List<String> words = words(text);
        Form form = Form.of(words).orElseThrow(() -> unknown(words));
        List<String> arguments = words.subList(form.words().size(), words.size());
        if (arguments.size() < form.fewest || arguments.size() > form.most) {
            throw new IllegalArgumentException("usage: " + form.usage());
        }
        return switch (form) {
            case CREATE_CLUSTER ->
                    new CreateCluster(arguments.isEmpty() ? 3 : nodes(arguments.getFirst()));
            case SET -> new Set(arguments.get(0), arguments.get(1), optional(arguments, 2));
            case GET -> new Get(arguments.get(0), optional(arguments, 1));
            case DISCONNECT_PEER -> new DisconnectPeer(arguments.getFirst());
            case RECONNECT_PEER -> new ReconnectPeer(arguments.getFirst());
            case CRASH_PEER -> new CrashPeer(arguments.getFirst());
            case RESTART_PEER -> new RestartPeer(arguments.getFirst());
            case CHECK_LEADER -> new CheckLeader();
            case ADD_SERVERS -> new AddServers(List.copyOf(arguments));
            case REMOVE_SERVERS -> new RemoveServers(List.copyOf(arguments));
            case SHUTDOWN -> new Shutdown();
            case HELP -> new Help();
            case STOP -> new Stop();
        };
    }

    private static List<String> words(String text) {
        DefaultParser parser = new DefaultParser();
        parser.setEscapeChars(new char[0]);
        parser.setEofOnUnclosedQuote(true);
        try {
            return parser.parse(text, text.length(), Parser.ParseContext.ACCEPT_LINE).words();
        } catch (SyntaxError e) {
            throw new IllegalArgumentException("a quotation mark is missing", e);
        }
    }

    private static IllegalArgumentException unknown(List<String> words) {
        List<String> commands = Arrays.stream(Form.values()).map(Form::command).toList();
        String typed = String.join(" ", words.subList(0, Math.min(2, words.size())));
        String guess = Closest.suggestion(typed, commands);
        return new IllegalArgumentException(
                "there is no command \""
                        + typed
                        + "\"; help lists them."
                        + (guess.isEmpty()
                                ? Closest.suggestion(words.getFirst(), commands)
                                : guess));
    }

    private static int nodes(String text) {
        if (!text.matches("[1-9]")) {
            throw new IllegalArgumentException("a cluster has 1 to 9 nodes, not " + text);
        }
        return Integer.parseInt(text);
    }

    private static @Nullable String optional(List<String> arguments, int place) {
        return arguments.size() > place ? arguments.get(place) : null;
    }
}
