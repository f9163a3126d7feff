package dev.ordeal.node.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Cuts the node off from its peers and clients with iptables, and joins it again.
///
/// All rules lie in one chain of our own that names the ports of the cluster, so that blocking twice is blocking once, one
/// unblock undoes it, rules of others stay, and the admin port is never touched. It takes a network namespace of the node's
/// own, as a container has: where the node listens on loopback, the rules would hit its neighbours, and it refuses.
final class Firewall {
    private static final String CHAIN = "ORDEAL-BLOCK";
    private static final long TIMEOUT_SECONDS = 5;

    private final InetSocketAddress peer;
    private final int clientPort;
    private final int adminPort;
    private final Supplier<SortedSet<Integer>> peerPorts;

    /// What came of it, in a sentence.
    record Outcome(boolean done, String sentence) {}

    private record Run(int code, String output) {}

    /// @param peer where this node listens for its peers
    /// @param peerPorts where the other members listen, now
    Firewall(
            InetSocketAddress peer,
            int clientPort,
            int adminPort,
            Supplier<SortedSet<Integer>> peerPorts) {
        this.peer = peer;
        this.clientPort = clientPort;
        this.adminPort = adminPort;
        this.peerPorts = peerPorts;
    }

    synchronized Outcome block() throws IOException, InterruptedException {
        if (peer.getAddress().isLoopbackAddress()) {
            return new Outcome(
                    false,
                    "not blocked: this node listens on loopback, where iptables would cut its neighbours too;"
                            + " run it in a container of its own");
        }
        // Emptied and filled again rather than looked at: whatever was there, this is what is there
        // then.
        iptables("-N", CHAIN);
        SortedSet<Integer> others = new TreeSet<>(peerPorts.get());
        others.remove(adminPort);
        List<List<String>> rules = new ArrayList<>();
        rules.add(List.of("-F", CHAIN));
        for (String own : List.of("--dport", "--sport")) {
            rules.add(
                    List.of(
                            "-A",
                            CHAIN,
                            "-p",
                            "tcp",
                            own,
                            Integer.toString(peer.getPort()),
                            "-j",
                            "DROP"));
            rules.add(
                    List.of(
                            "-A",
                            CHAIN,
                            "-p",
                            "tcp",
                            own,
                            Integer.toString(clientPort),
                            "-j",
                            "DROP"));
            for (int port : others) {
                rules.add(
                        List.of(
                                "-A",
                                CHAIN,
                                "-p",
                                "tcp",
                                own,
                                Integer.toString(port),
                                "-j",
                                "DROP"));
            }
        }
        for (List<String> rule : rules) {
            Run run = iptables(rule.toArray(String[]::new));
            if (run.code != 0) {
                return new Outcome(false, "not blocked: " + why(run));
            }
        }
        for (String hook : List.of("INPUT", "OUTPUT")) {
            if (iptables("-C", hook, "-j", CHAIN).code != 0) {
                Run run = iptables("-I", hook, "1", "-j", CHAIN);
                if (run.code != 0) {
                    return new Outcome(false, "not blocked: " + why(run));
                }
            }
        }
        return new Outcome(true, "blocked: peers and clients are cut off, the admin port is not");
    }

    synchronized Outcome unblock() throws IOException, InterruptedException {
        Run list = iptables("-S", CHAIN);
        if (list.code != 0) {
            // No chain, no block; unless iptables itself is the trouble.
            boolean works = iptables("-S", "INPUT").code == 0;
            return works || peer.getAddress().isLoopbackAddress()
                    ? new Outcome(true, "not blocked")
                    : new Outcome(false, "not unblocked: " + why(list));
        }
        for (String hook : List.of("INPUT", "OUTPUT")) {
            while (iptables("-D", hook, "-j", CHAIN).code == 0) {}
        }
        iptables("-F", CHAIN);
        Run gone = iptables("-X", CHAIN);
        return gone.code == 0
                ? new Outcome(true, "unblocked")
                : new Outcome(false, "not unblocked: " + why(gone));
    }

    private static String why(Run run) {
        if (run.code == MISSING) {
            return "iptables is not installed here";
        }
        return run.output.contains("ermission denied") || run.output.contains("not permitted")
                ? "iptables needs the capability NET_ADMIN here (docker run --cap-add NET_ADMIN): "
                        + run.output
                : "iptables said: " + run.output;
    }

    private static final int MISSING = -1;

    private static Run iptables(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("iptables", "-w", "2"));
        command.addAll(List.of(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            return new Run(MISSING, String.valueOf(e.getMessage()));
        }
        process.getOutputStream().close();
        if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Run(1, "no end after " + TIMEOUT_SECONDS + " s");
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.exitValue(), output.strip().replace('\n', ' '));
    }
}
