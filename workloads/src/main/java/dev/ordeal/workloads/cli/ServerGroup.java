package dev.ordeal.workloads.cli;

import dev.ordeal.nemesis.cluster.Address;
import dev.ordeal.node.rpc.AdminRequest;
import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import dev.ordeal.node.rpc.ServiceClient;
import dev.ordeal.node.rpc.Standing;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The servers of a service, as somebody at a terminal speaks to them: one request at a time, put to the first that can be
/// reached, and on to the one that leads.
///
/// A request goes on to another server only when it certainly had no effect: it never left, or was refused by one that does
/// not lead. It is never put twice after that is in doubt. Methods block; one thread.
final class ServerGroup implements AutoCloseable {
    private static final Duration STANDING_WAIT = Duration.ofSeconds(1);

    private final Map<Address, ServiceClient> servers = new LinkedHashMap<>();

    /// What came of a request, and who said so.
    record Answer(Address server, Response response) {}

    ServerGroup(List<Address> addresses, Credentials credentials) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no server was given");
        }
        for (Address address : addresses) {
            servers.put(address, new ServiceClient(address.host(), address.port(), credentials));
        }
    }

    /// Asks, and follows who refuses because another leads: to that one if it is in this group, else through the one that
    /// refused.
    ///
    /// @param timeout for all of it
    Answer ask(Request request, Duration timeout) {
        return follow(
                timeout,
                true,
                (server, left, mayForward) -> call(server, request, left, mayForward));
    }

    /// The same for what is asked of the leader about the cluster; nobody passes that on.
    Answer administer(AdminRequest request, Duration timeout) {
        return follow(
                timeout,
                false,
                (server, left, mayForward) ->
                        call(
                                server,
                                left,
                                (client, answer) -> client.administer(request, left, answer)));
    }

    /// Puts a request to one server.
    private interface Asked {
        Response by(Address server, Duration timeout, boolean mayForward);
    }

    private Answer follow(Duration timeout, boolean mayForward, Asked asked) {
        long deadline = System.nanoTime() + timeout.toNanos();
        List<Address> untried = new ArrayList<>(servers.keySet());
        List<String> unreachable = new ArrayList<>();
        Address server = untried.getFirst();
        while (true) {
            untried.remove(server);
            Response response = asked.by(server, left(deadline), false);
            Optional<Address> next = Optional.empty();
            if (response instanceof Response.Broken broken && broken.neverSent()) {
                unreachable.add(server + ": " + broken.message());
                next = untried.stream().findFirst();
                if (next.isEmpty()) {
                    String why = String.join("; ", unreachable);
                    return new Answer(server, new Response.Broken(broken.grpcCode(), why, true));
                }
            } else if (response instanceof Response.Refused refused && !leads(server)) {
                next = leader(untried, refused);
                if (mayForward && next.isEmpty() && refused.leader() != null) {
                    return new Answer(server, asked.by(server, left(deadline), true));
                }
            }
            if (next.isEmpty()) {
                return new Answer(server, response);
            }
            server = next.get();
        }
    }

    /// Asks this server and nobody else; it refuses when it does not lead.
    Answer askOnly(Address server, Request request, Duration timeout) {
        return new Answer(server, call(server, request, timeout, false));
    }

    /// Where each server stands, or why it does not say.
    Map<Address, CompletableFuture<Standing>> standings(Duration timeout) {
        Map<Address, CompletableFuture<Standing>> asked = new LinkedHashMap<>();
        servers.forEach((address, client) ->
                asked.put(
                        address,
                        whyNoHost(address)
                                .map(why ->
                                        CompletableFuture.<Standing>failedFuture(
                                                new UnknownHostException(why)))
                                .orElseGet(() -> client.standing(timeout))));
        asked.values().forEach(one -> one.exceptionally(failure -> null).join());
        return asked;
    }

    private boolean leads(Address server) {
        return standing(server).filter(Standing::leads).isPresent();
    }

    private Optional<Standing> standing(Address server) {
        return Optional.ofNullable(
                client(server).standing(STANDING_WAIT).exceptionally(failure -> null).join());
    }

    /// Which of these is the one that the refusal names or, if it names nobody, says that it leads.
    private Optional<Address> leader(List<Address> among, Response.Refused refused) {
        Predicate<Standing> meant =
                refused.leader() == null
                        ? Standing::leads
                        : standing -> standing.node().equals(refused.leader());
        return among.stream()
                .filter(server -> standing(server).filter(meant).isPresent())
                .findFirst();
    }

    private Response call(Address server, Request request, Duration timeout, boolean mayForward) {
        return call(
                server,
                timeout,
                (client, answer) -> client.call(request, timeout, mayForward, answer));
    }

    private Response call(
            Address server,
            Duration timeout,
            BiConsumer<ServiceClient, Consumer<Response>> request) {
        Optional<String> noHost = whyNoHost(server);
        if (noHost.isPresent()) {
            return new Response.Broken("UNAVAILABLE", noHost.get(), true);
        }
        CompletableFuture<Response> answer = new CompletableFuture<>();
        request.accept(client(server), answer::complete);
        try {
            return answer.get(timeout.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return new Response.Broken("DEADLINE_EXCEEDED", "", false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Response.Broken("CANCELLED", "interrupted", false);
        }
    }

    private ServiceClient client(Address server) {
        ServiceClient client = servers.get(server);
        if (client == null) {
            throw new IllegalArgumentException(server + " is none of " + servers.keySet());
        }
        return client;
    }

    private static Optional<String> whyNoHost(Address server) {
        try {
            InetAddress.getByName(server.host());
            return Optional.empty();
        } catch (UnknownHostException e) {
            return Optional.of("there is no host " + server.host());
        }
    }

    private static Duration left(long deadline) {
        return Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
    }

    @Override
    public void close() {
        servers.values().forEach(ServiceClient::close);
    }
}
