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
        var known = new TreeMap<>(addresses);
        addresses = Collections.unmodifiableSortedMap(known);
        var all = learners.isEmpty() ? voters : sorted(together(voters, learners));
        if (!isDistinct(all))
            throw new IllegalArgumentException(
                    "a member is named twice: " + voters + ", learners " + learners);
        for (var member : known.keySet())
            if (Addresses.hasSpace(member.name()))
                throw new IllegalArgumentException(
                        "a member's name has no spaces: '" + member + "'");
        if (!all.equals(new ArrayList<>(known.keySet())))
            throw new IllegalArgumentException(
                    "addresses of %s for voters %s, learners %s"
                            .formatted(known.keySet(), voters, learners));
    }

    /// At no cost where it is the very same, as it mostly is.
    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof Membership(var theirs, var learning, var at)
                        && voters.equals(theirs)
                        && learners.equals(learning)
                        // In one order, as the names are the same.
                        && new ArrayList<>(addresses.values())
                                .equals(new ArrayList<>(at.values())));
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

    private static boolean isSorted(List<NodeId> nodes) {
        for (int i = 1; i < nodes.size(); i++)
            if (nodes.get(i - 1).compareTo(nodes.get(i)) > 0) return false;
        return true;
    }

    private static List<NodeId> together(List<NodeId> some, List<NodeId> others) {
        var all = new ArrayList<>(some);
        all.addAll(others);
        return all;
    }

    private static List<NodeId> sorted(List<NodeId> nodes) {
        if (isSorted(nodes)) return List.copyOf(nodes); // as they mostly are
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
        var fewer = new ArrayList<>(nodes);
        fewer.remove(node);
        return fewer;
    }

    // --- As an entry of the log and a snapshot keep it

    /// Room for a line, as most are short.
    private static final int LINE = 32;

    /// ```
    /// voter n1 10.0.0.1:7001 10.0.0.1:8081
    /// learner n4 10.0.0.4:7001 -
    /// ```
    public Bytes bytes() {
        var lines = new StringBuilder(LINE * addresses.size());
        addresses.forEach((node, at) ->
                lines.append(isLearner(node) ? "learner " : "voter ")
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
            int name = text.indexOf(' ', begin, end) + 1;
            int peer = text.indexOf(' ', name, end) + 1;
            int client = text.indexOf(' ', peer, end) + 1;
            boolean votes = text.startsWith("voter ", begin);
            if (name == 0
                    || peer == 0
                    || client == 0
                    || text.indexOf(' ', client, end) >= 0
                    || !(votes || text.startsWith("learner ", begin)))
                throw new IllegalArgumentException(
                        "not a member of a configuration: " + text.substring(begin, end));
            var node = new NodeId(text.substring(name, peer - 1));
            (votes ? voters : learners).add(node);
            addresses.put(
                    node,
                    new Addresses(address(text, peer, client - 1), address(text, client, end)));
        }
        return new Membership(voters, learners, addresses);
    }

    private static String orDash(String address) {
        return address.isEmpty() ? "-" : address;
    }

    private static String address(String text, int begin, int end) {
        boolean none = end - begin == 1 && text.charAt(begin) == '-';
        return none ? "" : text.substring(begin, end);
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
