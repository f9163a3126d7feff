package dev.ordeal.nemesis.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/// Ports on which nothing listens now.
public final class FreePorts {
    // Below the ports that systems hand out for outgoing connections (32768 and up on Linux, 49152
    // on others): a killed node's
    // port would otherwise be taken by somebody's connection before the node is back.
    private static final int FIRST = 20_000;
    private static final int LAST = 31_999;

    private FreePorts() {}

    /// As many different ports, each free on 127.0.0.1 at this moment. Nothing holds them: what listens there should do so soon.
    public static List<Integer> take(int count) {
        return take(count, Set.of());
    }

    /// The same, and none of these, on which something may not listen just now: a node that is down still needs its ports.
    public static List<Integer> take(int count, Set<Integer> but) {
        List<Integer> ports = new ArrayList<>();
        int start = ThreadLocalRandom.current().nextInt(FIRST, LAST + 1);
        for (int i = 0; i <= LAST - FIRST && ports.size() < count; i++) {
            int port = FIRST + (start - FIRST + i) % (LAST - FIRST + 1);
            if (!but.contains(port) && isFree(port)) {
                ports.add(port);
            }
        }
        if (ports.size() < count) {
            throw new ClusterException(
                    "fewer than "
                            + count
                            + " ports are free between "
                            + FIRST
                            + " and "
                            + LAST
                            + ": stop what listens there");
        }
        return ports;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
