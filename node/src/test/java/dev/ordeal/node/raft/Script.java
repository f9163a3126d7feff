package dev.ordeal.node.raft;

import dev.ordeal.node.bug.Bugs;
import dev.ordeal.node.bug.Planted;
import dev.ordeal.node.raft.TestCluster.Envelope;
import dev.ordeal.node.raft.TestCluster.Link;
import dev.ordeal.node.raft.TestCluster.Node;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Carries out the commands of a script and says what happened. A link is `n1->n2`; `*` stands for any node.
///
/// ```
/// nodes 3 [spare N] [bug ID] [bytes N] [window N] [snapshot N]
///                                        a new cluster, all up, and N that wait to be added; with that bug; N bytes a message; N messages in flight;
///                                        a snapshot every N entries
/// disk n1 term 3 [vote n2] [log 1 1 3]   n1 starts over with a disk that holds this; the log by the terms of its entries
/// tick n1 5 | tick n1 until candidate    time passes for n1, or for * all
/// transfer n1 n2                         n1 shall hand its leadership to n2
/// add n1 n4 | remove n1 n3               n1 shall add n4 to the cluster | remove n3 from it
/// propose n1 a b | read n1               requests, numbered from 1 over the whole script
/// deliver all                            every message, and what that brings about, until nothing is under way
/// deliver n1->* | deliver last n1->n2    what is under way there now | only what was sent last
/// drop n1->* | repeat n1->*              loses what is under way there | sends it a second time
/// cut n1->n2 | cut n1 | heal             from now on, what is sent there is lost; n1 alone: from and to it
/// snapshot n1                            the snapshot that is being written there gets durable
/// crash n1 | start n1
/// status [n1]                            what the nodes are and hold
/// quietly …                              any of these, without saying what happened
/// ```
final class Script {
    private @Nullable TestCluster cluster;
    private final List<String> out = new ArrayList<>();

    /// What the commands brought about, a line each.
    List<String> run(List<String> commands) {
        out.clear();
        for (var command : commands) {
            if (command.isBlank() || command.startsWith("#")) continue;
            boolean quietly = command.startsWith("quietly ");
            int before = out.size();
            try {
                carryOut(words(quietly ? command.substring("quietly ".length()) : command));
            } catch (Finding finding) {
                out.add("! " + finding.getMessage());
                quietly = false;
            }
            if (quietly) out.subList(before, out.size()).clear();
        }
        return out.isEmpty() ? List.of("ok") : List.copyOf(out);
    }

    private static List<String> words(String line) {
        return List.of(line.strip().split("\\s+", -1));
    }

    private void carryOut(List<String> words) {
        var rest = words.subList(1, words.size());
        switch (words.getFirst()) {
            case "nodes" -> create(rest);
            case "disk" -> disk(node(rest.getFirst()), rest);
            case "tick" -> tick(rest);
            case "propose" ->
                    node(rest.getFirst())
                            .propose(rest.stream().skip(1).map(Script::bytes).toList());
            case "read" -> node(rest.getFirst()).read(1);
            case "deliver" -> deliver(rest);
            case "transfer" -> node(rest.getFirst()).transfer(new NodeId(rest.getLast()));
            case "add" ->
                    node(rest.getFirst())
                            .change(new Change.Add(new NodeId(rest.getLast()), Addresses.UNKNOWN));
            case "remove" ->
                    node(rest.getFirst()).change(new Change.Remove(new NodeId(rest.getLast())));
            case "drop" -> cluster().inFlight.removeIf(link(rest.getFirst()));
            case "repeat" ->
                    cluster()
                            .inFlight
                            .addAll(
                                    cluster().inFlight.stream()
                                            .filter(link(rest.getFirst()))
                                            .toList());
            case "cut" -> cut(rest.getFirst());
            case "heal" -> cluster().cut.clear();
            case "snapshot" -> node(rest.getFirst()).finishSnapshot();
            case "crash" -> node(rest.getFirst()).crash();
            case "start" -> node(rest.getFirst()).start();
            case "status" -> nodes(rest.isEmpty() ? "*" : rest.getFirst()).forEach(this::status);
            default ->
                    throw new IllegalArgumentException(
                            "no such command: " + String.join(" ", words));
        }
    }

    private void create(List<String> words) {
        int members = Integer.parseInt(words.getFirst());
        int spare = option(words, "spare").map(Integer::parseInt).orElse(0);
        var ids =
                IntStream.rangeClosed(1, members + spare)
                        .mapToObj(i -> new NodeId("n" + i))
                        .toList();
        Optional<Supplier<Planted>> bug =
                option(words, "bug").map(id -> Bugs.find(id).orElseThrow().planted());
        int bytes = option(words, "bytes").map(Integer::parseInt).orElse(1_000);
        int window = option(words, "window").map(Integer::parseInt).orElse(4);
        int snapshot = option(words, "snapshot").map(Integer::parseInt).orElse(1_000);
        cluster =
                new TestCluster(
                        new Membership(ids.subList(0, members)),
                        ids,
                        new Settings(10, 20, 3, bytes, window, snapshot),
                        bug,
                        RandomGeneratorFactory.of("L64X128MixRandom").create(1),
                        (node, effect) -> out.add(node + " " + Trace.of(effect)));
        cluster.nodes().forEach(Node::start);
    }

    private static Optional<String> option(List<String> words, String name) {
        int i = words.indexOf(name);
        return i < 0 ? Optional.empty() : Optional.of(words.get(i + 1));
    }

    private TestCluster cluster() {
        if (cluster == null) throw new IllegalArgumentException("a script begins with: nodes N");
        return cluster;
    }

    private Node node(String name) {
        return cluster().node(new NodeId(name));
    }

    private List<Node> nodes(String name) {
        return name.equals("*") ? cluster().nodes() : List.of(node(name));
    }

    private static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void disk(Node node, List<String> words) {
        var entries = new ArrayList<Entry>();
        int log = words.indexOf("log");
        if (log >= 0)
            for (var term : words.subList(log + 1, words.size()))
                entries.add(
                        new Entry(
                                entries.size() + 1L,
                                Long.parseLong(term),
                                Entry.Kind.NOOP,
                                Bytes.EMPTY));
        long term = Long.parseLong(option(words, "term").orElseThrow());
        var vote = option(words, "vote").map(NodeId::new).orElse(null);
        node.crash();
        node.replaceDisk(new Persisted(term, vote, entries));
        node.start();
    }

    private void tick(List<String> words) {
        if (words.size() == 3) {
            var node = node(words.getFirst());
            for (int i = 0; i < 100 && !role(node).equals(words.getLast()); i++) node.tick();
            return;
        }
        int times = words.size() == 2 ? Integer.parseInt(words.getLast()) : 1;
        for (int i = 0; i < times; i++) nodes(words.getFirst()).forEach(Node::tick);
    }

    private static String role(Node node) {
        return node.raft().map(raft -> Trace.of(raft.role())).orElse("down");
    }

    private void deliver(List<String> words) {
        if (words.getFirst().equals("all")) {
            for (int i = 0; i < 1_000 && !cluster().inFlight.isEmpty(); i++)
                deliver(cluster().inFlight.getFirst());
            return;
        }
        var there = cluster().inFlight.stream().filter(link(words.getLast())).toList();
        if (there.isEmpty()) out.add("nothing is under way there");
        else if (words.getFirst().equals("last")) deliver(there.getLast());
        else there.forEach(this::deliver);
    }

    private void deliver(Envelope envelope) {
        removeOne(envelope);
        out.add(
                "%s <- %s %s"
                        .formatted(envelope.to(), envelope.from(), Trace.of(envelope.message())));
        int before = out.size();
        try {
            cluster().deliver(envelope);
        } finally {
            for (int i = before; i < out.size(); i++) out.set(i, "  " + out.get(i));
        }
    }

    private void removeOne(Envelope envelope) {
        cluster().inFlight.remove(envelope);
    }

    private Predicate<Envelope> link(String link) {
        return envelope -> links(link).contains(new Link(envelope.from(), envelope.to()));
    }

    private List<Link> links(String link) {
        int arrow = link.indexOf("->");
        var links = new ArrayList<Link>();
        for (var from : nodes(link.substring(0, arrow)))
            for (var to : nodes(link.substring(arrow + 2)))
                if (from != to) links.add(new Link(from.id(), to.id()));
        return links;
    }

    private void cut(String what) {
        if (what.contains("->")) {
            cluster().cut.addAll(links(what));
        } else {
            cluster().cut.addAll(links(what + "->*"));
            cluster().cut.addAll(links("*->" + what));
        }
    }

    private void status(Node node) {
        var what =
                node.raft()
                        .map(raft ->
                                "%s in term %d, leader %s, commit %d"
                                        .formatted(
                                                Trace.of(raft.role()),
                                                raft.term(),
                                                raft.leader().map(NodeId::name).orElse("none"),
                                                raft.commitIndex()))
                        .orElse("down");
        var log =
                node.durable().entries().stream()
                        .map(entry -> Long.toString(entry.term()))
                        .collect(Collectors.joining(" "));
        var last = node.durable().snapshot().last();
        var snapshot = last.index() == 0 ? "" : "snapshot up to " + last + ", ";
        out.add(node.id() + " " + what + ", durable " + snapshot + "log [" + log + "]");
    }
}
