package dev.ordeal.node.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An authority of the test's own, and the certificates it issues, made by the JDK's keytool as an operator would make them.
final class Authority {
    private static final String PASSWORD = "not a secret";

    private final Path directory;
    private final String name;

    /// What a member is started with.
    record Issued(Path certificate, Path key) {}

    Authority(Path directory, String name) throws IOException, InterruptedException {
        this.directory = Files.createDirectories(directory);
        this.name = name;
        keytool("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-ext", "bc:c");
        Files.writeString(certificates(), exported(name));
    }

    /// The file with its certificate.
    Path certificates() {
        return directory.resolve(name + ".pem");
    }

    /// Issues a certificate for 127.0.0.1, not for `localhost`.
    Issued issue(String member) throws IOException, InterruptedException {
        Path request = directory.resolve(member + ".csr");
        Path signed = directory.resolve(member + ".signed");
        keytool("-genkeypair", "-alias", member, "-dname", "CN=" + member);
        keytool("-certreq", "-alias", member, "-file", request.toString());
        keytool(
                "-gencert",
                "-alias",
                name,
                "-rfc",
                "-infile",
                request.toString(),
                "-outfile",
                signed.toString(),
                "-ext",
                "san=ip:127.0.0.1");
        Path key = directory.resolve(member + ".key");
        Files.writeString(key, privateKey(member));
        return new Issued(signed, key);
    }

    private String exported(String alias) throws IOException, InterruptedException {
        return keytool("-exportcert", "-alias", alias, "-rfc");
    }

    private String privateKey(String alias) throws IOException {
        try (var in = Files.newInputStream(store())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            Key key = store.getKey(alias, PASSWORD.toCharArray());
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder().encodeToString(key.getEncoded())
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (GeneralSecurityException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private Path store() {
        return directory.resolve(name + ".p12");
    }

    private String keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", store().toString(), "-storepass", PASSWORD));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "2"));
        }
        Path errors = directory.resolve("keytool.log");
        Process keytool = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        String out =
                new String(
                        keytool.getInputStream().readAllBytes(),
                        java.nio.charset.StandardCharsets.US_ASCII);
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new IllegalStateException(
                    String.join(" ", command) + ": " + out + Files.readString(errors));
        }
        return out;
    }
}
