package dev.ordeal.nemesis.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.nemesis.sim.VirtualTime;
import dev.ordeal.node.rpc.Endpoint;
import dev.ordeal.node.rpc.Request;
import dev.ordeal.node.rpc.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class RepeatsTest {
    private static final Response DONE = new Response.Done(null, null, 1);
    private static final Response REFUSED = new Response.Refused("no leader", null);

    private final VirtualTime time = new VirtualTime();
    private final Repeats repeats = new Repeats(time, new SplittableRandom(1));
    private final List<Request> received = new ArrayList<>();
    private final List<Response> heard = new ArrayList<>();

    @Test
    void aCommandThatWasDoneComesASecondTimeAndItsClientHearsOneAnswer() {
        repeats.share(1);
        CompletableFuture<Probe> look = repeats.look(true);
        Request command = write(2);
        call(command, DONE);
        assertThat(time.runUntil(look).asExpected()).isTrue();
        assertThat(received).containsExactly(command, command);
        assertThat(heard).containsExactly(DONE);
    }

    @Test
    void whatMustNotComeTwiceDoesNot() {
        repeats.share(1);
        CompletableFuture<Probe> look = repeats.look(true);
        Request first = write(1);
        Request refused = write(2);
        Request read = new Request.Read("k");
        call(first, DONE);
        call(refused, REFUSED);
        call(read, DONE);
        assertThat(time.runUntil(look).asExpected()).isFalse();
        assertThat(received).containsExactly(first, refused, read);
    }

    @Test
    void nothingComesTwiceWhenNothingShall() {
        repeats.share(1);
        repeats.share(0);
        CompletableFuture<Probe> look = repeats.look(false);
        Request command = write(2);
        call(command, DONE);
        assertThat(time.runUntil(look).asExpected()).isTrue();
        assertThat(received).containsExactly(command);
    }

    private static Request write(long sequence) {
        return new Request.Write("s", sequence, "k", "v");
    }

    /// Over a way to a node that answers this.
    private void call(Request request, Response answer) {
        repeats.over(
                        new Endpoint() {
                            @Override
                            public void call(
                                    Request asked,
                                    Duration timeout,
                                    Consumer<Response> onResponse) {
                                received.add(asked);
                                onResponse.accept(answer);
                            }

                            @Override
                            public void close() {}
                        })
                .call(request, Duration.ofSeconds(1), heard::add);
    }
}
