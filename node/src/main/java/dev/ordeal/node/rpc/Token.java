package dev.ordeal.node.rpc;

import io.grpc.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// A bearer token (RFC 6750): whoever shows it may use the service. It is kept in a file, so that it stands in no command
/// line, and is never printed.
public final class Token {
    /// The HTTP header, and the gRPC metadata, that carries it.
    public static final String HEADER = "Authorization";

    static final Metadata.Key<String> METADATA =
            Metadata.Key.of(HEADER, Metadata.ASCII_STRING_MARSHALLER);
    private static final int MIN_CHARACTERS = 16;
    private static final int MAX_CHARACTERS = 1_024;

    private final String credentials;

    private Token(String text) {
        this.credentials = "Bearer " + text;
    }

    /// Reads the token that is the file's only line.
    ///
    /// @throws IOException in one line: the file cannot be read, or holds no token
    public static Token read(String flag, Path file) throws IOException {
        Pem.checkReadable(flag, file);
        String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        // The characters of RFC 6750, §2.1, and hence none that HTTP would not carry.
        if (!text.matches("[A-Za-z0-9._~+/-]+=*")
                || text.length() < MIN_CHARACTERS
                || text.length() > MAX_CHARACTERS) {
            throw new IOException(
                    "%s %s: takes one line of %d to %d letters, digits and -._~+/=, such as what `openssl rand -hex 32` prints"
                            .formatted(flag, file, MIN_CHARACTERS, MAX_CHARACTERS));
        }
        return new Token(text);
    }

    /// What a client sends in the [#HEADER].
    public String credentials() {
        return credentials;
    }

    /// Whether this is what a client that knows the token sends. It takes as long for a guess that is nearly right as for any
    /// other of its length.
    public boolean isIn(@Nullable String header) {
        return header != null
                && MessageDigest.isEqual(
                        credentials.getBytes(StandardCharsets.UTF_8),
                        header.getBytes(StandardCharsets.UTF_8));
    }
}
