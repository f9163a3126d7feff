package dev.ordeal.node.rpc;

import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// TLS (1.2 and 1.3) with an authority of one's own: only certificates that it issued are trusted, not those of the
/// platform's authorities. Read once; new files take a restart.
///
/// Between members it is mutual. Who connects checks that the certificate is for the host it connects to; who is connected
/// to, that there is a certificate of the authority, which so decides who is a member: it must be one for this service alone.
public final class Tls {
    private static final char[] IN_MEMORY = {};

    private final KeyManager @Nullable [] keys;
    private final TrustManager[] trusted;

    private Tls(KeyManager @Nullable [] keys, TrustManager[] trusted) {
        this.keys = keys;
        this.trusted = trusted;
    }

    /// Of a member, which has a certificate.
    ///
    /// @throws IOException in one line, with the flag: a file cannot be read, does not hold what it should, or the key is not
    ///     the certificate's
    public static Tls ofMember(Path certificate, Path key, Path authority) throws IOException {
        List<X509Certificate> chain = Pem.certificates("--tls-certificate", certificate);
        try {
            KeyStore store = empty();
            store.setKeyEntry(
                    "member",
                    Pem.key("--tls-key", key, chain.getFirst()),
                    IN_MEMORY,
                    chain.toArray(Certificate[]::new));
            KeyManagerFactory factory =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, IN_MEMORY);
            return new Tls(factory.getKeyManagers(), trust(authority));
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "--tls-certificate " + certificate + ": cannot be used: " + e.getMessage(), e);
        }
    }

    /// Of a client, which has none.
    public static Tls ofClient(Path authority) throws IOException {
        return new Tls(null, trust(authority));
    }

    private static TrustManager[] trust(Path authority) throws IOException {
        List<X509Certificate> certificates = Pem.certificates("--tls-authority", authority);
        try {
            KeyStore store = empty();
            for (X509Certificate certificate : certificates) {
                store.setCertificateEntry("authority " + store.size(), certificate);
            }
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw new IOException(
                    "--tls-authority " + authority + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /// Of whoever connects.
    ChannelCredentials channel() {
        TlsChannelCredentials.Builder channel =
                TlsChannelCredentials.newBuilder().trustManager(trusted);
        return (keys == null ? channel : channel.keyManager(keys)).build();
    }

    /// Of a port that other members connect to: who has no certificate of the authority is turned away.
    ServerCredentials forMembers() {
        return server().trustManager(trusted).clientAuth(ClientAuth.REQUIRE).build();
    }

    /// Of a port that clients connect to. They show no certificate.
    ServerCredentials forClients() {
        return server().build();
    }

    private TlsServerCredentials.Builder server() {
        if (keys == null) {
            throw new IllegalStateException("a server needs a certificate");
        }
        return TlsServerCredentials.newBuilder().keyManager(keys);
    }

    /// The same for what does not speak gRPC.
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }
}
