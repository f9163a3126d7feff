package dev.ordeal.node.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// How every binary file of a node begins, in this and in all later versions of the program:
///
/// ```
/// magic:long version:int checksum-of-both:int
/// ```
/// So that a file of a later version is told from a damaged one. Checksums are CRC32C.
record Format(long magic, int version) {
    static final int BYTES = 16;

    ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(BYTES).putLong(magic).putInt(version);
        return header.putInt(checksumSoFar(header)).flip();
    }

    /// @param path what the message calls the file
    /// @param file its bytes from the first on; nothing is taken from them
    /// @throws DamagedException if it is no such file
    /// @throws IOException if it is one of another version
    void check(String path, ByteBuffer file) throws IOException {
        if (file.remaining() < BYTES) {
            throw new DamagedException(
                    path, "its " + file.remaining() + " bytes are less than it begins with");
        }
        ByteBuffer found = file.slice(file.position(), BYTES);
        if (found.getLong(0) != magic || found.getInt(12) != checksum(found.slice(0, 12))) {
            throw new DamagedException(
                    path, "its first " + BYTES + " bytes are not those of such a file");
        }
        if (found.getInt(8) != version) {
            throw otherVersion(path, "format version " + found.getInt(8), version);
        }
    }

    static IOException otherVersion(String path, String found, int version) {
        return new IOException(
                path
                        + " has "
                        + found
                        + ", this program reads version "
                        + version
                        + ": start the program that wrote it");
    }

    /// Of what has been put into the buffer, which is one on the heap.
    static int checksumSoFar(ByteBuffer buffer) {
        CRC32C checksum = new CRC32C();
        checksum.update(buffer.array(), buffer.arrayOffset(), buffer.position());
        return (int) checksum.getValue();
    }

    static int checksum(ByteBuffer... parts) {
        CRC32C checksum = new CRC32C();
        for (ByteBuffer part : parts) {
            checksum.update(part.duplicate());
        }
        return (int) checksum.getValue();
    }
}
