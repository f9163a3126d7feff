package dev.ordeal.nemesis.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.nemesis.Link;
import dev.ordeal.nemesis.NodeId;
import dev.ordeal.nemesis.cluster.Address;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Real sockets at both ends: `a` opened the connection to `b`.
@Timeout(30)
final class LinkProxyTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final Link A_TO_B = new Link(A, B);
    private static final Link B_TO_A = new Link(B, A);

    /// So long nothing must arrive before it counts as held.
    private static final int SILENCE_MILLIS = 100;

    private LinkProxy proxy;
    private ServerSocket listening;
    private Address door;

    @BeforeEach
    void open() throws IOException {
        proxy = LinkProxy.open();
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        door = proxy.listen(A_TO_B, new Address("127.0.0.1", listening.getLocalPort()));
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
        listening.close();
    }

    @Test
    void bytesPassBothWays() throws IOException {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            say(a, "request");
            hear(b, "request");
            say(b, "answer");
            hear(a, "answer");
        }
    }

    @Test
    void bothEndsMayBreakOffAtOnce() throws IOException {
        Socket a = dial();
        Socket b = listening.accept();
        say(a, "request");
        hear(b, "request");
        // The thread finds both ends ready in one turn, since it is kept from looking in between.
        proxy.onThread(() -> {
            breakOff(a);
            breakOff(b);
        });
        try (Socket c = dial();
                Socket d = listening.accept()) {
            say(c, "request");
            hear(d, "request");
            assertThat(proxy.connections()).isEqualTo(1);
        }
    }

    private static void breakOff(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aCutLinkHoldsWhatItCarriesAndLetsTheOtherDirectionThrough() throws IOException {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.cut(Set.of(A_TO_B));
            say(a, "request");
            hearNothing(b);
            say(b, "answer");
            hear(a, "answer");
            proxy.cut(Set.of());
            hear(b, "request");
        }
    }

    @Test
    void aSlowLinkDeliversLateAndInOrder() throws IOException {
        long delay = 150_000_000;
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.delay(Map.of(A_TO_B, delay));
            long began = System.nanoTime();
            say(a, "first ");
            hear(b, "first ");
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(delay);
            say(a, "second ");
            say(a, "third");
            hear(b, "second third");
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(2 * delay);
        }
    }

    @Test
    void aSlowLinkLetsTheOtherDirectionThroughAndDeliversWhatIsLateWhenItIsSlowNoLonger()
            throws IOException {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.delay(Map.of(A_TO_B, 3_600_000_000_000L));
            say(a, "request");
            hearNothing(b);
            say(b, "answer");
            hear(a, "answer");
            proxy.delay(Map.of());
            hear(b, "request");
        }
    }

    @Test
    void whatIsLateOnALinkThatIsCutIsHeld() throws IOException {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.delay(Map.of(A_TO_B, 1_000_000L));
            proxy.cut(Set.of(A_TO_B));
            say(a, "request");
            hearNothing(b);
            proxy.cut(Set.of());
            hear(b, "request");
        }
    }

    @Test
    void aSlowLinkCarriesMoreThanItHoldsAndTheEndBehindIt() throws IOException {
        byte[] much = new byte[1 << 20];
        new SplittableRandom(1).nextBytes(much);
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.delay(Map.of(A_TO_B, 2_000_000L));
            CompletableFuture<Socket> said =
                    away(() -> {
                        a.getOutputStream().write(much);
                        a.shutdownOutput();
                        return a;
                    });
            assertThat(b.getInputStream().readAllBytes()).isEqualTo(much);
            said.join();
        }
    }

    @Test
    void answersAreHeldWhenTheirDirectionIsCut() throws IOException {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.cut(Set.of(B_TO_A));
            say(a, "request");
            hear(b, "request");
            say(b, "answer");
            hearNothing(a);
            proxy.cut(Set.of());
            hear(a, "answer");
        }
    }

    @Test
    void aCutHoldsTheAnswersOnTheOthersConnectionToo() throws IOException {
        try (ServerSocket ofA = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Address doorOfB = proxy.listen(B_TO_A, new Address("127.0.0.1", ofA.getLocalPort()));
            try (Socket b = new Socket(doorOfB.host(), doorOfB.port());
                    Socket a = ofA.accept()) {
                proxy.cut(Set.of(A_TO_B));
                say(b, "request");
                hear(a, "request");
                say(a, "answer");
                hearNothing(b);
                proxy.cut(Set.of());
                hear(b, "answer");
            }
        }
    }

    @Test
    void otherLinksAreNotTouched() throws IOException {
        NodeId c = new NodeId("c");
        proxy.cut(Set.of(new Link(A, c), new Link(c, B)));
        try (Socket a = dial();
                Socket b = listening.accept()) {
            say(a, "request");
            hear(b, "request");
        }
    }

    @Test
    void noByteIsLostOrReorderedByCutsThatComeAndGo() throws Exception {
        byte[] sent = new byte[16 << 20];
        new SplittableRandom(1).nextBytes(sent);
        try (Socket a = dial();
                Socket b = listening.accept()) {
            CompletableFuture<byte[]> received = away(() -> b.getInputStream().readAllBytes());
            CompletableFuture<Boolean> writer =
                    away(() -> {
                        a.getOutputStream().write(sent);
                        a.shutdownOutput();
                        return true;
                    });
            for (int i = 0; i < 200 || !writer.isDone(); i++) {
                proxy.cut(i % 2 == 0 ? Set.of(A_TO_B) : Set.of());
            }
            proxy.cut(Set.of());
            assertThat(Arrays.equals(received.get(), sent)).isTrue();
        }
    }

    @Test
    void aCutLinkStopsReadingSoThatTheSenderIsHeldBack() throws Exception {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            proxy.cut(Set.of(A_TO_B));
            AtomicLong sent = new AtomicLong();
            byte[] chunk = new byte[64 * 1024];
            int total = 64 << 20; // more than the operating system buffers for two sockets
            CompletableFuture<Boolean> writer =
                    away(() -> {
                        while (sent.get() < total) {
                            a.getOutputStream().write(chunk);
                            sent.addAndGet(chunk.length);
                        }
                        a.shutdownOutput();
                        return true;
                    });
            hearNothing(b);
            assertThat(writer).isNotDone();
            assertThat(sent.get()).isLessThan(total);
            proxy.cut(Set.of());
            assertThat(b.getInputStream().skip(Long.MAX_VALUE)).isEqualTo(total);
            assertThat(writer.get()).isTrue();
        }
    }

    @Test
    void theEndOfAConnectionIsHeldBehindItsBytes() throws IOException {
        Socket a = dial();
        try (Socket b = listening.accept()) {
            proxy.cut(Set.of(A_TO_B));
            say(a, "last words");
            a.close();
            hearNothing(b);
            proxy.cut(Set.of());
            hear(b, "last words");
            assertThat(b.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aHalfClosedConnectionStillCarriesTheAnswer() throws IOException {
        try (Socket a = dial();
                Socket b = listening.accept()) {
            say(a, "request");
            a.shutdownOutput();
            assertThat(b.getInputStream().readAllBytes()).asString().isEqualTo("request");
            say(b, "answer");
            b.shutdownOutput();
            assertThat(a.getInputStream().readAllBytes()).asString().isEqualTo("answer");
        }
        awaitNoConnections();
    }

    @Test
    void aBrokenConnectionIsBrokenAtTheOtherEndToo() throws IOException {
        try (Socket a = dial()) {
            Socket b = listening.accept();
            say(a, "request");
            hear(b, "request");
            b.setSoLinger(true, 0);
            b.close();
            assertThatThrownBy(() -> a.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        awaitNoConnections();
    }

    @Test
    void aBreakIsNotNoticedThroughACut() throws IOException {
        try (Socket a = dial()) {
            Socket b = listening.accept();
            proxy.cut(Set.of(B_TO_A));
            b.setSoLinger(true, 0);
            b.close();
            say(a, "into the void");
            hearNothing(a);
            proxy.cut(Set.of());
            assertThatThrownBy(() -> a.getInputStream().read()).isInstanceOf(SocketException.class);
        }
        awaitNoConnections();
    }

    @Test
    void aConnectionOpenedOverACutComesIntoBeingAfterHealing() throws IOException {
        for (Link link : Set.of(A_TO_B, B_TO_A)) {
            proxy.cut(Set.of(link));
            try (Socket a = dial()) {
                say(a, "hello");
                listening.setSoTimeout(SILENCE_MILLIS);
                assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
                listening.setSoTimeout(0);
                proxy.cut(Set.of());
                try (Socket b = listening.accept()) {
                    hear(b, "hello");
                }
            }
        }
    }

    @Test
    void aConnectionGivenUpBeforeHealingNeverComesIntoBeing() throws IOException {
        proxy.cut(Set.of(A_TO_B));
        Socket a = dial();
        say(a, "hello");
        awaitConnections(1);
        a.close();
        awaitNoConnections();
        proxy.cut(Set.of());
        listening.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(listening::accept).isInstanceOf(SocketTimeoutException.class);
    }

    @Test
    void whereNobodyListensTheConnectionIsRefused() throws IOException {
        listening.close();
        try (Socket a = dial()) {
            assertThatThrownBy(
                            () -> {
                                if (a.getInputStream().read() < 0) {
                                    throw new SocketException("ended");
                                }
                            })
                    .isInstanceOf(SocketException.class);
        }
        awaitNoConnections();
    }

    @Test
    void aClosedProxyLeavesNothingOpen() throws IOException {
        Socket a = dial();
        Socket b = listening.accept();
        proxy.close();
        assertThat(b.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(this::dial).isInstanceOf(IOException.class);
        a.close();
        b.close();
    }

    private Socket dial() throws IOException {
        Socket socket = new Socket();
        socket.connect(new InetSocketAddress(door.host(), door.port()));
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void hear(Socket socket, String text) throws IOException {
        socket.setSoTimeout(10_000);
        InputStream in = socket.getInputStream();
        assertThat(new String(in.readNBytes(text.length()), StandardCharsets.US_ASCII))
                .isEqualTo(text);
    }

    private static void hearNothing(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read())
                .isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(0);
    }

    private void awaitNoConnections() {
        awaitConnections(0);
    }

    private void awaitConnections(int count) {
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (proxy.connections() != count) {
            assertThat(System.nanoTime())
                    .as("%d connections, not %d", proxy.connections(), count)
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> CompletableFuture<T> away(Work<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(work.run());
                    } catch (IOException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }
}
