package dev.ordeal.checker.commit;

import dev.ordeal.checker.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The log that the nodes committed, as they recorded it, and what became in it of the clients' commands: what all who judge by the
/// log ask of it. One thread at a time; what became of commands, any.
public final class Committed {
    private final CommittedLog log;
    private final List<Applied> entries;

    /// By the place of the entry in the log, from 0; null for one without a command.
    private final List<@Nullable Command> ofEntries;

    /// By operation; null for one without a command.
    private final @Nullable Command[] ofOperations;

    private final Map<String, Command> byId;

    /// A command of a client, in its history, in the log or in both.
    static final class Command {
        private int operation = -1;
        private @Nullable Applied first;
        private @Nullable Applied effective;
        private int effect;

        /// By which a client asked for it, the last one if there are several; -1 if nobody did.
        int operation() {
            return operation;
        }

        /// The first entry with it.
        @Nullable Applied first() {
            return first;
        }

        /// The first entry with it that was applied.
        @Nullable Applied effective() {
            return effective;
        }

        /// Where that one stands among the entries, from 1, however often it was applied; 0 if it never was.
        int effect() {
            return effect;
        }
    }

    public Committed(History history, List<NodeStreams> nodes) {
        log = new CommittedLog(nodes);
        entries = log.entries();
        byId = HashMap.newHashMap(history.size());
        ofOperations = new @Nullable Command[history.size()];
        for (int i = 0; i < history.size(); i++) {
            String id = history.command(i);
            if (id != null) {
                Command command = byId.computeIfAbsent(id, unknown -> new Command());
                command.operation = i;
                ofOperations[i] = command;
            }
        }
        ofEntries = new ArrayList<>(entries.size());
        for (Applied entry : entries) {
            String id = entry.command();
            Command command =
                    id == null || id.isEmpty()
                            ? null
                            : byId.computeIfAbsent(id, unknown -> new Command());
            ofEntries.add(command);
            if (command == null) {
                continue;
            }
            if (command.first == null) {
                command.first = entry;
            }
            if (entry.applied() && command.effective == null) {
                command.effective = entry;
                command.effect = ofEntries.size();
            }
        }
    }

    /// Of each index the first record of any node, in the order of the log.
    List<Applied> entries() {
        return entries;
    }

    /// The first record of an index.
    @Nullable Applied at(long index) {
        return log.at(index);
    }

    /// The command in an entry.
    ///
    /// @param place of the entry, from 0
    @Nullable Command ofEntry(int place) {
        return ofEntries.get(place);
    }

    /// The command that an operation asked for.
    @Nullable Command ofOperation(int operation) {
        return ofOperations[operation];
    }

    /// The command with this identity, if there is one in the history or in the log.
    @Nullable Command withId(String id) {
        return byId.get(id);
    }
}
