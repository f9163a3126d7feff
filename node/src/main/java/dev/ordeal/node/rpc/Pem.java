package dev.ordeal.node.rpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Certificates and keys in PEM files (RFC 7468). What is wrong with a file is an [IOException] in one line that begins with
/// the flag that named it.
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]*)-----END PRIVATE KEY-----");
    private static final int MAX_BYTES = 1 << 20;

    private Pem() {}

    static void checkReadable(String flag, Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new IOException("%s %s: there is no such file".formatted(flag, file));
        }
        if (!Files.isRegularFile(file)) {
            throw new IOException("%s %s: this is not a file".formatted(flag, file));
        }
        if (!Files.isReadable(file)) {
            throw new IOException("%s %s: this user may not read the file".formatted(flag, file));
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("%s %s: the file is too large".formatted(flag, file));
        }
    }

    /// All certificates in the file, at least one, in their order.
    static List<X509Certificate> certificates(String flag, Path file) throws IOException {
        checkReadable(flag, file);
        try {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(Files.readAllBytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!certificates.isEmpty()) {
                return certificates;
            }
        } catch (GeneralSecurityException e) {
            // said below
        }
        throw new IOException("%s %s: there is no certificate in PEM".formatted(flag, file));
    }

    /// The key in the file, which must be the one that the certificate is for.
    static PrivateKey key(String flag, Path file, X509Certificate certificate) throws IOException {
        checkReadable(flag, file);
        Matcher matcher = KEY.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
        if (!matcher.find()) {
            throw new IOException(
                    "%s %s: there is no unencrypted key in PKCS#8 (-----BEGIN PRIVATE KEY-----), which `openssl pkcs8 -topk8 -nocrypt` makes of others"
                            .formatted(flag, file));
        }
        PublicKey publicKey = certificate.getPublicKey();
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(matcher.group(1));
            PrivateKey key =
                    KeyFactory.getInstance(publicKey.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            if (belongTogether(key, publicKey)) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            // Broken, or of another algorithm.
        }
        throw new IOException(
                "%s %s: this is not the key of the certificate".formatted(flag, file));
    }

    private static boolean belongTogether(PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    case String other -> other; // such as EdDSA
                };
        byte[] anything = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(anything);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(anything);
        return signature.verify(signed);
    }
}
