package dev.ordeal.node.server;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/// The tokens of the latest pings that reached this node. Safe for many threads.
final class Pings {
    private static final int REMEMBERED = 1_000;

    private final Deque<String> inOrder = new ArrayDeque<>();
    private final Set<String> tokens = new HashSet<>();

    synchronized void seen(String token) {
        if (tokens.add(token)) {
            inOrder.add(token);
            if (inOrder.size() > REMEMBERED) {
                tokens.remove(inOrder.remove());
            }
        }
    }

    synchronized boolean wasSeen(String token) {
        return tokens.contains(token);
    }
}
