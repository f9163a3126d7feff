package dev.ordeal.workloads.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.node.raft.Addresses;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Standing;
import dev.ordeal.node.rpc.Tls;
import dev.ordeal.node.rpc.Token;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `./ordeal client`: one request to a running service.
@Command(
        name = "client",
        description =
                "Puts one request to a running service, follows it to the leader, and says what came of it.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ClientCommand.Put.class,
            ClientCommand.Get.class,
            ClientCommand.Cas.class,
            ClientCommand.Append.class,
            ClientCommand.Delete.class,
            ClientCommand.Increment.class,
            ClientCommand.Declare.class,
            ClientCommand.Status.class,
            ClientCommand.Members.class,
            ClientCommand.Add.class,
            ClientCommand.Remove.class,
            ClientCommand.Transfer.class
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it happened",
            "1:it certainly had no effect: refused, another value found, nobody reached",
            "2:nobody knows: there was no answer, it may have happened or may yet",
            "254:bad arguments",
            "255:the tool itself failed"
        },
        footer = {
            "",
            "Examples:",
            "  ordeal client put color red --server 127.0.0.1:8081",
            "  ordeal client cas color red green",
            "  ordeal client declare \"round 2\" Charlie Eve Bob",
            "  ordeal client status --json",
            "  ordeal client add n4=10.0.0.4:7001 --timeout 60s"
        })
final class ClientCommand implements Runnable {
    @Spec private CommandSpec command;

    @Override
    public void run() {
        throw new ParameterException(command.commandLine(), "Missing command");
    }

    /// To whom, for how long, and how the answer is printed.
    static final class Connection {
        @Option(
                names = "--server",
                paramLabel = "HOST:PORT",
                split = ",",
                converter = AddressConverter.class,
                defaultValue = "127.0.0.1:8081,127.0.0.1:8082,127.0.0.1:8083",
                description =
                        "Client ports of the service, separated by commas. Default: ${DEFAULT-VALUE}.")
        private List<Address> servers;

        @Option(
                names = "--timeout",
                paramLabel = "DURATION",
                defaultValue = "5s",
                converter = Durations.class,
                description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
        private Duration timeout;

        @Option(
                names = "--json",
                description = "Print one JSON object, and nothing else, on standard output.")
        private boolean json;

        @Option(
                names = "--tls-authority",
                paramLabel = "FILE",
                description =
                        "Speak TLS, with servers whose certificate was issued by one of these, in PEM.")
        private @Nullable Path authority;

        @Option(
                names = "--token-file",
                paramLabel = "FILE",
                description = "A file with the token that the servers ask for.")
        private @Nullable Path tokenFile;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec command;

        ServerGroup open() {
            try {
                return new ServerGroup(
                        servers,
                        new Credentials(
                                authority == null ? null : Tls.ofClient(authority),
                                tokenFile == null ? null : Token.read("--token-file", tokenFile)));
            } catch (IOException wrongFile) {
                throw new ParameterException(
                        command.commandLine(), String.valueOf(wrongFile.getMessage()));
            }
        }
    }

    private static final class AddressConverter implements ITypeConverter<Address> {
        private static final Pattern FORM = Pattern.compile("\\[?([^\\[\\]]+?)]?:(\\d{1,5})");

        @Override
        public Address convert(String text) {
            Matcher matcher = FORM.matcher(text);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
            if (port < 1 || port > 65_535) {
                throw new TypeConversionException("'" + text + "' is not HOST:PORT");
            }
            return new Address(matcher.group(1), port);
        }
    }

    /// A command that is one request.
    abstract static sealed class Asking implements Callable<Integer> {
        @Spec CommandSpec command;
        @Mixin Connection connection;

        @Option(
                names = "--here",
                description =
                        "Ask the first server only; it refuses, and names the leader, when it does not lead.")
        boolean here;

        @Parameters(index = "0", paramLabel = "KEY")
        String key;

        abstract Request request();

        @Override
        public Integer call() {
            Request request = request();
            try (ServerGroup servers = connection.open()) {
                ServerGroup.Answer answer =
                        here
                                ? servers.askOnly(
                                        connection.servers.getFirst(), request, connection.timeout)
                                : servers.ask(request, connection.timeout);
                Told told = Told.of(request, answer.response());
                print(command, connection, told, answer.server());
                return told.outcome().exitCode();
            }
        }
    }

    private static void print(
            CommandSpec command, Connection connection, Told told, Address server) {
        PrintWriter out = command.commandLine().getOut();
        if (connection.json) {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("outcome", told.outcome().name().toLowerCase(Locale.ROOT));
            json.put("server", server.toString());
            json.setAll(told.json());
            out.println(json);
        } else if (told.outcome() == Told.Outcome.OK) {
            out.println(told.sentence());
        } else {
            command.commandLine().getErr().println("ordeal: " + told.sentence());
        }
    }

    @Command(name = "put", description = "Gives a key a value.", mixinStandardHelpOptions = true)
    static final class Put extends Asking {
        @Parameters(index = "1", paramLabel = "VALUE")
        private String value;

        @Override
        Request request() {
            return new Request.Write("", 0, key, value);
        }
    }

    @Command(
            name = "get",
            description = "Reads a key; sees everything that was acknowledged before.",
            mixinStandardHelpOptions = true)
    static final class Get extends Asking {
        @Override
        Request request() {
            return new Request.Read(key);
        }
    }

    @Command(
            name = "cas",
            description = "Gives a key a value if it holds the expected one.",
            mixinStandardHelpOptions = true)
    static final class Cas extends Asking {
        @Parameters(
                index = "1..*",
                arity = "1..2",
                paramLabel = "EXPECTED VALUE",
                description = "With --absent: VALUE only.")
        private List<String> values;

        @Option(names = "--absent", description = "Expect the key to be absent.")
        private boolean absent;

        @Override
        Request request() {
            if (values.size() != (absent ? 1 : 2)) {
                throw new ParameterException(
                        command.commandLine(),
                        "give cas KEY EXPECTED VALUE, or cas --absent KEY VALUE");
            }
            @Nullable String expected = absent ? null : values.getFirst();
            return new Request.Cas("", 0, key, expected, values.getLast());
        }
    }

    @Command(
            name = "append",
            description = "Adds an element at the end of a key's list.",
            mixinStandardHelpOptions = true)
    static final class Append extends Asking {
        @Parameters(index = "1", paramLabel = "ELEMENT")
        private String element;

        @Override
        Request request() {
            return new Request.Append("", 0, key, element);
        }
    }

    @Command(name = "delete", description = "Makes a key absent.", mixinStandardHelpOptions = true)
    static final class Delete extends Asking {
        @Override
        Request request() {
            return new Request.Delete("", 0, key);
        }
    }

    @Command(
            name = "increment",
            description = "Adds to the whole number that a key holds; absent counts as 0.",
            mixinStandardHelpOptions = true)
    static final class Increment extends Asking {
        @Option(
                names = "--by",
                paramLabel = "N",
                defaultValue = "1",
                description = "Default: ${DEFAULT-VALUE}.")
        private long by;

        @Override
        Request request() {
            return new Request.Increment("", 0, key, by);
        }
    }

    @Command(
            name = "declare",
            description =
                    "Declares the list of a round, which is done once and for ever; get reads it, and shows those of gossipers too.",
            mixinStandardHelpOptions = true)
    static final class Declare extends Asking {
        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "NAME",
                description = "Names in their order, none twice.")
        private List<String> names;

        @Override
        Request request() {
            try {
                return new Request.Declare("", 0, key, names);
            } catch (IllegalArgumentException wrong) {
                throw new ParameterException(
                        command.commandLine(), String.valueOf(wrong.getMessage()));
            }
        }
    }

    @Command(
            name = "status",
            description =
                    "Says of each server where it stands: role, term, leader, how far it is. Exit code 1 if one does not answer.",
            mixinStandardHelpOptions = true)
    static final class Status implements Callable<Integer> {
        @Spec private CommandSpec command;
        @Mixin private Connection connection;

        @Override
        public Integer call() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            ArrayNode list = json.putArray("servers");
            StringBuilder text = new StringBuilder();
            boolean all = true;
            try (ServerGroup servers = connection.open()) {
                for (Map.Entry<Address, CompletableFuture<Standing>> one :
                        servers.standings(connection.timeout).entrySet()) {
                    ObjectNode entry = list.addObject().put("server", one.getKey().toString());
                    boolean answered = !one.getValue().isCompletedExceptionally();
                    all &= answered;
                    String words =
                            answered
                                    ? standing(entry, one.getValue().join())
                                    : silence(entry, one.getValue().exceptionNow());
                    text.append(one.getKey()).append("  ").append(words).append('\n');
                }
            }
            PrintWriter out = command.commandLine().getOut();
            out.print(connection.json ? json + "\n" : text.toString());
            out.flush();
            return all ? 0 : 1;
        }

        private static String standing(ObjectNode json, Standing standing) {
            json.put("node", standing.node())
                    .put("role", standing.role())
                    .put("term", standing.term())
                    .put("leader", standing.leader())
                    .put("commitIndex", standing.commitIndex())
                    .put("appliedIndex", standing.appliedIndex());
            String leader =
                    standing.leads()
                            ? ""
                            : standing.leader() == null
                                    ? ", knows of no leader"
                                    : ", led by " + standing.leader();
            return "%s  %s%s  term %d  committed %d  applied %d"
                    .formatted(
                            standing.node(),
                            standing.role(),
                            leader,
                            standing.term(),
                            standing.commitIndex(),
                            standing.appliedIndex());
        }

        private static String silence(ObjectNode json, Throwable failure) {
            String why = Failure.oneLine(String.valueOf(failure.getMessage()));
            json.put("error", why);
            return "no answer: " + why;
        }
    }

    @Command(
            name = "members",
            description = "Lists who belongs to the cluster, as its leader sees it.",
            mixinStandardHelpOptions = true)
    static final class Members implements Callable<Integer> {
        @Spec private CommandSpec command;
        @Mixin private Connection connection;

        @Override
        public Integer call() {
            try (ServerGroup servers = connection.open()) {
                Optional<Standing> leader =
                        servers.standings(connection.timeout).values().stream()
                                .filter(one -> !one.isCompletedExceptionally())
                                .map(CompletableFuture::join)
                                .filter(Standing::leads)
                                .max(Comparator.comparingLong(Standing::term));
                if (leader.isEmpty()) {
                    command.commandLine()
                            .getErr()
                            .println("ordeal: none of these servers leads (see: client status)");
                    return 1;
                }
                print(leader.get());
                return 0;
            }
        }

        private void print(Standing leader) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("leader", leader.node());
            ArrayNode list = json.putArray("members");
            StringBuilder text = new StringBuilder();
            leader.members()
                    .addresses()
                    .forEach((member, at) -> {
                        String role = leader.members().isVoter(member) ? "voter" : "learner";
                        list.addObject()
                                .put("name", member.name())
                                .put("role", role)
                                .put("peer", at.peer())
                                .put("client", at.client());
                        text.append(member)
                                .append("  ")
                                .append(role)
                                .append("  ")
                                .append(at.peer())
                                .append(member.name().equals(leader.node()) ? "  leads" : "")
                                .append('\n');
                    });
            PrintWriter out = command.commandLine().getOut();
            out.print(connection.json ? json + "\n" : text.toString());
            out.flush();
        }
    }

    /// Commands to the leader about the cluster, one after the other; what follows one that fails is not asked for.
    private static int administer(
            CommandSpec command, Connection connection, List<AdminRequest> requests) {
        try (ServerGroup servers = connection.open()) {
            int code = 0;
            for (AdminRequest request : requests) {
                ServerGroup.Answer answer = servers.administer(request, connection.timeout);
                Told told = Told.of(request, answer.response());
                print(command, connection, told, answer.server());
                code = told.outcome().exitCode();
                if (code != 0) {
                    break;
                }
            }
            return code;
        }
    }

    @Command(
            name = "add",
            description =
                    "Adds servers to the cluster, one after the other. Each runs already, with --join; it votes when it has caught up.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @Spec private CommandSpec command;
        @Mixin private Connection connection;

        @Parameters(
                arity = "1..*",
                paramLabel = "NAME=HOST:PORT",
                description = "A server, and where the others reach it.")
        private Map<String, String> servers;

        @Override
        public Integer call() {
            List<AdminRequest> requests = new ArrayList<>();
            try {
                servers.forEach((name, address) ->
                        requests.add(new AdminRequest.AddMember(name, new Addresses(address, ""))));
            } catch (IllegalArgumentException wrong) {
                throw new ParameterException(
                        command.commandLine(), String.valueOf(wrong.getMessage()));
            }
            return administer(command, connection, requests);
        }
    }

    @Command(
            name = "remove",
            description =
                    "Removes servers from the cluster, one after the other. A leader that is removed steps down.",
            mixinStandardHelpOptions = true)
    static final class Remove implements Callable<Integer> {
        @Spec private CommandSpec command;
        @Mixin private Connection connection;

        @Parameters(arity = "1..*", paramLabel = "NAME")
        private List<String> members;

        @Override
        public Integer call() {
            return administer(
                    command,
                    connection,
                    members.stream().<AdminRequest>map(AdminRequest.RemoveMember::new).toList());
        }
    }

    @Command(
            name = "transfer",
            description = "Hands the leadership over to a member.",
            mixinStandardHelpOptions = true)
    static final class Transfer implements Callable<Integer> {
        @Spec private CommandSpec command;
        @Mixin private Connection connection;

        @Parameters(paramLabel = "NAME")
        private String member;

        @Override
        public Integer call() {
            return administer(
                    command, connection, List.of(new AdminRequest.TransferLeadership(member)));
        }
    }
}
