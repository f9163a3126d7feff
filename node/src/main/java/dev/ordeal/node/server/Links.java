package dev.ordeal.node.server;

import dev.ordeal.node.member.Peers;
import dev.ordeal.node.raft.Membership;
import dev.ordeal.node.raft.NodeId;
import dev.ordeal.node.rpc.PeerLink;
import dev.ordeal.node.rpc.Tls;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The connections to the other members, opened as the configuration names them. A route goes before an address of the flags,
/// and that before the configuration's. Followed by one thread, looked at by many.
final class Links implements Peers, AutoCloseable {
    private final NodeId self;
    private final @Nullable Tls tls;
    private final Map<NodeId, InetSocketAddress> byFlag;
    private final Routes routes;
    private final Map<NodeId, Way> ways = new ConcurrentHashMap<>();

    private record Way(InetSocketAddress address, PeerLink link) {}

    /// @param byFlag where the flags say that members are
    Links(NodeId self, Map<NodeId, InetSocketAddress> byFlag, Routes routes, @Nullable Tls tls) {
        this.self = self;
        this.byFlag = Map.copyOf(byFlag);
        this.routes = routes;
        this.tls = tls;
    }

    @Override
    public void follow(Membership members) {
        Map<NodeId, InetSocketAddress> routed = routes.read();
        members.addresses()
                .forEach((member, at) -> {
                    @Nullable InetSocketAddress address =
                            routed.containsKey(member) ? routed.get(member) : byFlag.get(member);
                    if (address == null && !at.peer().isEmpty()) {
                        address = Flags.address("the address of " + member, at.peer());
                    }
                    if (address != null && !member.equals(self)) {
                        open(member, address);
                    }
                });
    }

    private void open(NodeId member, InetSocketAddress address) {
        @Nullable Way known = ways.get(member);
        if (known != null && known.address.equals(address)) {
            return;
        }
        PeerLink link = new PeerLink(self, member, address.getHostString(), address.getPort(), tls);
        ways.put(member, new Way(address, link));
        if (known != null) {
            known.link.close();
        }
    }

    @Override
    public @Nullable PeerLink to(NodeId member) {
        @Nullable Way way = ways.get(member);
        return way == null ? null : way.link;
    }

    /// Where the other members listen.
    SortedSet<Integer> ports() {
        SortedSet<Integer> ports = new TreeSet<>();
        ways.values().forEach(way -> ports.add(way.address.getPort()));
        return ports;
    }

    @Override
    public void close() {
        new TreeMap<>(ways).values().forEach(way -> way.link.close());
    }
}
