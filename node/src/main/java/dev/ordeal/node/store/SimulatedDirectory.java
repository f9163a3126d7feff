package dev.ordeal.node.store;

import dev.ordeal.node.raft.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A directory in memory whose power can fail: then what was not synced is lost, in whole or in part, as far as
/// [Directory] allows and no further. Its disk can be full, and bits of it can flip.
///
/// It does the same for the same calls and the same random numbers. One thread.
///
/// What a node still holds open when the power fails writes into the void, as a process does that is no more.
public final class SimulatedDirectory implements Directory {
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final String path;
    private final SortedMap<String, Content> names = new TreeMap<>();

    /// What takes back each change of names since the last sync.
    private final Deque<Runnable> unsynced = new ArrayDeque<>();

    private long capacity = UNLIMITED;
    private long syncs;

    /// Which of the changes that were not synced a power loss leaves.
    private interface Survival {
        /// How many of the changes of names, the first ones.
        int names(int changes);

        /// Whether one sector of what was written.
        boolean sector();

        /// How long the file is, between what is certain and what it was.
        long length(long from, long to);
    }

    /// @param path what messages call it
    public SimulatedDirectory(String path) {
        this.path = path;
    }

    // --- What can happen to it

    /// Everything is lost that was not synced.
    public void losePower() {
        losePower(
                new Survival() {
                    @Override
                    public int names(int changes) {
                        return 0;
                    }

                    @Override
                    public boolean sector() {
                        return false;
                    }

                    @Override
                    public long length(long from, long to) {
                        return from;
                    }
                });
    }

    /// Of what was not synced some is lost: any sectors of a file, changes of names from the last one back.
    public void losePower(RandomGenerator random) {
        double survives = random.nextInt(5) / 4.0;
        losePower(
                new Survival() {
                    @Override
                    public int names(int changes) {
                        return random.nextInt(changes + 1);
                    }

                    @Override
                    public boolean sector() {
                        return random.nextDouble() < survives;
                    }

                    @Override
                    public long length(long from, long to) {
                        return random.nextBoolean() ? to : from + random.nextLong(to - from + 1);
                    }
                });
    }

    private void losePower(Survival survival) {
        int left = survival.names(unsynced.size());
        while (unsynced.size() > left) {
            unsynced.removeLast().run();
        }
        unsynced.clear();
        names.replaceAll((name, content) -> content.afterPowerLoss(survival));
    }

    /// Changes bits of what is on the disk.
    ///
    /// @param mask of the bits of the byte at this offset
    public void flip(String name, long offset, int mask) throws IOException {
        content(name).flip((int) offset, (byte) mask);
    }

    /// From now on the disk holds this many bytes and no more.
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /// How many bytes it holds.
    public long used() {
        return names.values().stream().mapToLong(content -> content.now.length).sum();
    }

    /// How often something was synced: what whoever simulates time may put a price on.
    public long syncs() {
        return syncs;
    }

    // --- Directory

    @Override
    public List<String> names() {
        return List.copyOf(names.keySet());
    }

    @Override
    public boolean has(String name) {
        return names.containsKey(name);
    }

    @Override
    public byte[] read(String name) throws IOException {
        Extent now = content(name).now;
        return now.beginning(now.length);
    }

    @Override
    public byte[] beginning(String name, int length) throws IOException {
        return content(name).now.beginning(length);
    }

    @Override
    public File create(String name) {
        Content content = names.get(name);
        if (content == null) {
            content = new Content(new Extent());
            names.put(name, content);
            unsynced.add(() -> names.remove(name));
        } else {
            content.truncate(0);
        }
        return new SimulatedFile(content);
    }

    @Override
    public File open(String name) throws IOException {
        return new SimulatedFile(content(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Content content = content(from);
        names.remove(from);
        @Nullable Content replaced = names.put(to, content);
        unsynced.add(() -> {
            names.put(from, content);
            if (replaced == null) {
                names.remove(to);
            } else {
                names.put(to, replaced);
            }
        });
    }

    @Override
    public void delete(String name) throws IOException {
        Content content = content(name);
        names.remove(name);
        unsynced.add(() -> names.put(name, content));
    }

    @Override
    public void sync() {
        syncs++;
        unsynced.clear();
    }

    /// In one go, unless the disk may become full on the way: nothing else comes between the steps.
    @Override
    public void replace(String name, ByteBuffer... parts) throws IOException {
        if (capacity != UNLIMITED) {
            Directory.super.replace(name, parts);
            return;
        }
        int length = 0;
        for (ByteBuffer part : parts) {
            length += part.remaining();
        }
        ByteBuffer whole = ByteBuffer.allocate(length);
        for (ByteBuffer part : parts) {
            whole.put(part);
        }
        names.remove(name + UNFINISHED); // where a power loss left one
        names.put(name, new Content(new Extent(whole.array())));
        syncs++; // of the file
        sync();
    }

    @Override
    public String path(String name) {
        return path + "/" + name;
    }

    @Override
    public void close() {}

    private Content content(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(path(name));
        }
        return content;
    }

    private final class SimulatedFile implements File {
        private final Content content;

        SimulatedFile(Content content) {
            this.content = content;
        }

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            long growth = Math.max(0, at + bytes.remaining() - content.now.length);
            long missing = capacity == UNLIMITED ? 0 : used() + growth - capacity;
            if (missing > 0) {
                bytes.limit(bytes.limit() - (int) Math.min(bytes.remaining(), missing));
                content.write(bytes, (int) at);
                throw new IOException("No space left on device");
            }
            content.write(bytes, (int) at);
        }

        @Override
        public void truncate(long length) {
            content.truncate((int) length);
        }

        @Override
        public void sync() {
            syncs++;
            content.sync();
        }

        @Override
        public void close() {}
    }

    /// What is in a file: now, on the disk for certain, and how the one came from the other.
    private static final class Content {
        private final Extent now;

        /// As it was at the last sync. It never changes, unless by a flip.
        private Extent durable;

        private final List<Change> unsynced = new ArrayList<>();

        /// All of it is on the disk.
        Content(Extent now) {
            this.now = now;
            this.durable = now.shared();
        }

        /// @param bytes what was written at `at`; empty if the file was cut there
        private record Change(int at, Bytes bytes) {
            boolean cuts() {
                return bytes.length() == 0;
            }

            void applyTo(Extent extent) {
                if (cuts()) {
                    extent.truncate(at);
                } else {
                    extent.write(bytes.array(), 0, bytes.length(), at);
                }
            }
        }

        void write(ByteBuffer buffer, int at) {
            if (buffer.hasRemaining()) {
                change(new Change(at, taken(buffer)));
            }
        }

        /// What remains in the buffer: its very array if that is all there is in it.
        private static Bytes taken(ByteBuffer buffer) {
            if (buffer.hasArray()
                    && buffer.arrayOffset() == 0
                    && buffer.array().length == buffer.remaining()) {
                buffer.position(buffer.limit());
                return Bytes.of(buffer.array());
            }
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return Bytes.of(bytes);
        }

        void truncate(int length) {
            if (length < now.length) {
                change(new Change(length, Bytes.EMPTY));
            }
        }

        private void change(Change change) {
            change.applyTo(now);
            unsynced.add(change);
        }

        void sync() {
            if (!unsynced.isEmpty()) {
                unsynced.clear();
                durable = now.shared();
            }
        }

        void flip(int offset, byte mask) {
            now.own();
            now.bytes[offset] ^= mask;
            if (offset < durable.length) {
                durable.bytes[offset] ^= mask;
            }
        }

        Content afterPowerLoss(Survival survival) {
            Extent left = new Extent();
            left.write(durable.bytes, 0, durable.length, 0);
            for (Change change : unsynced) {
                if (change.cuts()) {
                    if (survival.sector()) {
                        change.applyTo(left);
                    }
                } else {
                    writeSectors(change, survival, left);
                }
            }
            return new Content(left);
        }

        private static void writeSectors(Change change, Survival survival, Extent extent) {
            int before = extent.length;
            int end = change.at + change.bytes.length();
            for (int at = change.at; at < end; ) {
                int next = Math.min(end, (at / SECTOR + 1) * SECTOR);
                if (survival.sector()) {
                    extent.write(change.bytes.array(), at - change.at, next - at, at);
                }
                at = next;
            }
            if (end > before) {
                extent.resize((int) survival.length(before, end));
            }
        }
    }

    /// Bytes that grow, with zeros where nothing was written.
    private static final class Extent {
        /// What one that is not written in one go has room for at least.
        private static final int ROOM = 1 << 10;

        private byte[] bytes;
        private int length;

        /// So many of the first bytes are another extent's too. Most files are only ever added to, so that they can stay so.
        private int sharedLength;

        Extent() {
            this(new byte[0]);
        }

        /// All of these bytes, which nobody else changes.
        Extent(byte[] bytes) {
            this.bytes = bytes;
            this.length = bytes.length;
        }

        /// What this is now, and stays as it is.
        Extent shared() {
            Extent shared = new Extent(bytes);
            shared.length = length;
            sharedLength = length;
            return shared;
        }

        /// From here on nothing is shared.
        void own() {
            bytes = bytes.clone();
            sharedLength = 0;
        }

        void write(byte[] from, int offset, int count, int at) {
            if (at < sharedLength) {
                own();
            }
            resize(Math.max(length, at + count));
            System.arraycopy(from, offset, bytes, at, count);
        }

        void truncate(int to) {
            resize(Math.min(length, to));
        }

        void resize(int to) {
            if (to > bytes.length) {
                int room = length == 0 ? to : Math.max(ROOM, 2 * bytes.length);
                bytes = Arrays.copyOf(bytes, Math.max(to, room));
                sharedLength = 0;
            } else if (to < length) {
                if (to < sharedLength) {
                    own();
                }
                Arrays.fill(bytes, to, length, (byte) 0);
            }
            length = to;
        }

        byte[] beginning(int most) {
            return Arrays.copyOf(bytes, Math.min(length, most));
        }
    }
}
