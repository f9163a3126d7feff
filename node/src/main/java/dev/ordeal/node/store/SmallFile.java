package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/// One line of text with its checksum, replaced as a whole: after a crash the old line is there or the new one, never
/// a mixture ([Replacement]).
final class SmallFile {
    private final Path file;
    private final boolean fsync;

    SmallFile(Path file, boolean fsync) {
        this.file = file;
        this.fsync = fsync;
    }

    Path path() {
        return file;
    }

    /// Durable when it returns (with fsync on).
    void write(String line) throws IOException {
        Replacement.write(file, fsync, ByteBuffer.wrap(encoded(line)));
    }

    /// The line last written; empty when none ever was.
    Optional<String> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf(" #");
        // Encoding again and comparing byte for byte leaves no room for a flip that reads the same.
        if (end < 0 || !java.util.Arrays.equals(bytes, encoded(text.substring(0, end)))) {
            throw new DamagedException(file, "its checksum does not match its content");
        }
        return Optional.of(text.substring(0, end));
    }

    private static byte[] encoded(String line) {
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        CRC32C checksum = new CRC32C();
        checksum.update(text);
        return (line + " #" + String.format("%08x", checksum.getValue()) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
