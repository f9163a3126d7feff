package dev.ordeal.node.server;

import dev.ordeal.node.rpc.Credentials;
import dev.ordeal.node.rpc.Tls;
import dev.ordeal.node.rpc.Token;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Who may speak to a node: the flags of its credentials, and the rule for a node that has none. What is wrong with them is
/// an exception in one line that names the flag.
final class SecurityFlags {
    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description =
                    "This member's certificate, in PEM. All ports then speak TLS; the other members must show one too.")
    private @Nullable Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "The certificate's private key, in PEM (PKCS#8, not encrypted).")
    private @Nullable Path key;

    @Option(
            names = "--tls-authority",
            paramLabel = "FILE",
            description =
                    "The certificates, in PEM, of who issues those of the members, and of nobody else.")
    private @Nullable Path authority;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "A file with the token that clients must show, on the admin port too (`Authorization: Bearer …`); only /health is open.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--insecure",
            description =
                    "Listen on other addresses than loopback although there is no TLS or no token: whoever reaches them may do anything.")
    private boolean insecure;

    Credentials credentials() throws IOException {
        return new Credentials(
                tls(), tokenFile == null ? null : Token.read("--token-file", tokenFile));
    }

    private @Nullable Tls tls() throws IOException {
        if (certificate == null && key == null && authority == null) {
            return null;
        }
        if (certificate == null || key == null || authority == null) {
            throw new IllegalArgumentException(
                    "--tls-certificate, --tls-key and --tls-authority go together: give all three");
        }
        return Tls.ofMember(certificate, key, authority);
    }

    /// Whether these addresses may be listened on with these credentials: everything on loopback, and anything with TLS and a
    /// token or with `--insecure`.
    ///
    /// @return what to warn of
    Optional<String> allow(Credentials credentials, List<InetSocketAddress> addresses) {
        List<String> open =
                addresses.stream()
                        .filter(address -> !address.getAddress().isLoopbackAddress())
                        .map(address ->
                                address.getAddress().getHostAddress() + ":" + address.getPort())
                        .toList();
        if (open.isEmpty() || (credentials.tls() != null && credentials.token() != null)) {
            return Optional.empty();
        }
        String missing =
                credentials.tls() != null
                        ? "without a token (--token-file)"
                        : credentials.token() != null
                                ? "without TLS (--tls-certificate, --tls-key, --tls-authority)"
                                : "without TLS (--tls-certificate, --tls-key, --tls-authority) and a token (--token-file)";
        String where = String.join(", ", open);
        if (!insecure) {
            throw new IllegalArgumentException(
                    "will not listen on "
                            + where
                            + " "
                            + missing
                            + ": give them, listen on 127.0.0.1, or say --insecure where nobody else reaches these addresses");
        }
        return Optional.of(
                "insecure: listens on " + where + " " + missing + "; who reaches it is served");
    }
}
