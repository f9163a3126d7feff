package dev.ordeal.node.raft;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who belongs to the cluster: a configuration (§6). *Voters* elect and commit; *learners* are sent the log and count for
/// nothing until they have caught up (thesis §4.2.1). Distinct names, in order. A value, so that one membership can follow
/// another; each that [#withLearner], [#withVoter] and [#without] make differs by one server, so that majorities of the two
/// share a server (thesis §4.1).
///
/// @param addresses of each member
public record Membership(
        List<NodeId> voters, List<NodeId> learners, SortedMap<NodeId, Addresses> addresses) {

    /// Of a server that waits to be added to a cluster: it knows of nobody, and does not belong itself.
    public static final Membership NONE = new Membership(List.of());

    public Membership {
        voters = sorted(voters);
        learners = sorted(learners);
        addresses = Collections.unmodifiableSortedMap(new TreeMap<>(addresses));
        var all = learners.isEmpty() ? voters : sorted(together(voters, learners));
        if (!isDistinct(all))
            throw new IllegalArgumentException(
                    "a member is named twice: " + voters + ", learners " + learners);
        for (var member : addresses.keySet())
            if (Addresses.hasSpace(member.name()))
                throw new IllegalArgumentException(
                        "a member's name has no spaces: '" + member + "'");
        if (!all.equals(List.copyOf(addresses.keySet())))
            throw new IllegalArgumentException(
                    "addresses of %s for voters %s, learners %s"
                            .formatted(addresses.keySet(), voters, learners));
    }

    /// At no cost where it is the very same, as it mostly is.
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Membership(var theirs, var learning, var at)
                        && voters.equals(theirs)
                        && learners.equals(learning)
                        && addresses.equals(at));
    }

    @Override
    public int hashCode() {
        return Objects.hash(voters, learners, addresses);
    }

    private static boolean isDistinct(List<NodeId> sorted) {
        for (int i = 1; i < sorted.size(); i++)
            if (sorted.get(i).equals(sorted.get(i - 1))) return false;
        return true;
    }

    private static List<NodeId> together(List<NodeId> some, List<NodeId> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static List<NodeId> sorted(List<NodeId> nodes) {
        var sorted = nodes.toArray(NodeId[]::new);
        Arrays.sort(sorted);
        return List.of(sorted);
    }

    /// All of them vote, and where they are is known in some other way.
    public Membership(List<NodeId> voters) {
        this(voters, List.of(), unknown(voters));
    }

    /// All of them vote.
    public static Membership of(SortedMap<NodeId, Addresses> voters) {
        return new Membership(List.copyOf(voters.keySet()), List.of(), voters);
    }

    private static SortedMap<NodeId, Addresses> unknown(Collection<NodeId> members) {
        var addresses = new TreeMap<NodeId, Addresses>();
        for (var member : members) addresses.put(member, Addresses.UNKNOWN);
        return addresses;
    }

    /// Whether it belongs to the cluster, as a voter or as a learner.
    public boolean contains(NodeId node) {
        return addresses.containsKey(node);
    }

    public boolean isVoter(NodeId node) {
        return voters.contains(node);
    }

    public boolean isLearner(NodeId node) {
        return learners.contains(node);
    }

    /// How many vote.
    public int size() {
        return voters.size();
    }

    // --- One step away

    Membership withLearner(NodeId node, Addresses at) {
        var known = new TreeMap<>(addresses);
        known.put(node, at);
        return new Membership(voters, and(learners, node), known);
    }

    /// The learner votes.
    Membership withVoter(NodeId node) {
        return new Membership(and(voters, node), but(learners, node), addresses);
    }

    Membership without(NodeId node) {
        var known = new TreeMap<>(addresses);
        known.remove(node);
        return new Membership(but(voters, node), but(learners, node), known);
    }

    private static List<NodeId> and(List<NodeId> nodes, NodeId node) {
        var more = new ArrayList<>(nodes);
        more.add(node);
        return more;
    }

    private static List<NodeId> but(List<NodeId> nodes, NodeId node) {
        return nodes.stream().filter(other -> !other.equals(node)).toList();
    }

    // --- As an entry of the log and a snapshot keep it

    /// ```
    /// voter n1 10.0.0.1:7001 10.0.0.1:8081
    /// learner n4 10.0.0.4:7001 -
    /// ```
    public Bytes bytes() {
        var lines = new StringBuilder();
        addresses.forEach((node, at) ->
                lines.append(isVoter(node) ? "voter " : "learner ")
                        .append(node)
                        .append(' ')
                        .append(orDash(at.peer()))
                        .append(' ')
                        .append(orDash(at.client()))
                        .append('\n'));
        return Bytes.of(lines.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// What [#bytes] made.
    ///
    /// @throws IllegalArgumentException if it did not
    public static Membership of(Bytes bytes) {
        var voters = new ArrayList<NodeId>();
        var learners = new ArrayList<NodeId>();
        var addresses = new TreeMap<NodeId, Addresses>();
        var text = new String(bytes.array(), StandardCharsets.UTF_8);
        int end;
        for (int begin = 0; begin < text.length(); begin = end + 1) {
            int newline = text.indexOf('\n', begin);
            end = newline < 0 ? text.length() : newline;
            var line = text.substring(begin, end);
            int name = line.indexOf(' ') + 1;
            int peer = line.indexOf(' ', name) + 1;
            int client = line.indexOf(' ', peer) + 1;
            boolean votes = line.startsWith("voter ");
            if (name == 0
                    || peer == 0
                    || client == 0
                    || line.indexOf(' ', client) >= 0
                    || !(votes || line.startsWith("learner ")))
                throw new IllegalArgumentException("not a member of a configuration: " + line);
            var node = new NodeId(line.substring(name, peer - 1));
            (votes ? voters : learners).add(node);
            addresses.put(
                    node,
                    new Addresses(
                            orEmpty(line.substring(peer, client - 1)),
                            orEmpty(line.substring(client))));
        }
        return new Membership(voters, learners, addresses);
    }

    private static String orDash(String address) {
        return address.isEmpty() ? "-" : address;
    }

    private static String orEmpty(String word) {
        return word.equals("-") ? "" : word;
    }

    /// `n1 n2 n3, learning n4`
    @Override
    public String toString() {
        var text = new StringBuilder(joined(voters));
        if (!learners.isEmpty()) text.append(", learning ").append(joined(learners));
        return text.toString();
    }

    private static String joined(List<NodeId> nodes) {
        return String.join(" ", nodes.stream().map(NodeId::name).toList());
    }
}
