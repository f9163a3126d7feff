package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// One line of text with the version of its format and its checksum, replaced as a whole ([Directory#replace]):
///
/// ```
/// v1 3 n2 #52d1a0c4
/// ```
final class SmallFile {
    private static final int VERSION = 1;
    private static final String PREFIX = "v" + VERSION + " ";

    private final Directory directory;
    private final String name;

    SmallFile(Directory directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    /// Durable when it returns.
    void write(String line) throws IOException {
        directory.replace(name, ByteBuffer.wrap(encoded(PREFIX + line)));
    }

    /// The line last written; empty when none ever was.
    Optional<String> read() throws IOException {
        if (!directory.has(name)) {
            return Optional.empty();
        }
        byte[] bytes = directory.read(name);
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.lastIndexOf(" #");
        // Encoding again and comparing byte for byte leaves no room for a flip that reads the same.
        if (end < 0 || !Arrays.equals(bytes, encoded(text.substring(0, end)))) {
            throw damaged("its checksum does not match its content");
        }
        if (!text.startsWith(PREFIX)) {
            int space = text.indexOf(' ');
            String found =
                    text.startsWith("v")
                            ? "format version " + text.substring(1, space)
                            : "no format version";
            throw Format.otherVersion(directory.path(name), found, VERSION);
        }
        return Optional.of(text.substring(PREFIX.length(), end));
    }

    DamagedException damaged(String what) {
        return new DamagedException(directory.path(name), what);
    }

    private static byte[] encoded(String line) {
        byte[] text = line.getBytes(StandardCharsets.UTF_8);
        String checksum = HexFormat.of().toHexDigits(Format.checksum(ByteBuffer.wrap(text)));
        byte[] end = (" #" + checksum + "\n").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(text.length + end.length).put(text).put(end).array();
    }
}
