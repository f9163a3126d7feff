package dev.ordeal.workloads.cli;

import dev.ordeal.checker.model.Model;
import dev.ordeal.checker.model.Models;
import dev.ordeal.checker.txn.ConsistencyModel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What histories must be: linearizable by a model of one object, or transactions that keep a consistency model.
final class PromiseOptions {
    private static final String LISTS = "list-append";
    private static final String REGISTERS = "rw-register";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            completionCandidates = Names.class,
            description =
                    "What histories must be linearizable as, or which transactions they are of (the last two): ${COMPLETION-CANDIDATES}.")
    private @Nullable String model;

    @Option(
            names = "--consistency",
            paramLabel = "LEVEL",
            completionCandidates = Levels.class,
            description =
                    "What transactions must keep: ${COMPLETION-CANDIDATES}. Default: strict-serializable.")
    private @Nullable String consistency;

    @Option(
            names = "--linearizable-keys",
            description =
                    "Of rw-register: take each key by itself to be linearizable, which orders its versions and finds more.")
    private boolean linearizableKeys;

    @Option(
            names = "--sequential-keys",
            description = "Of rw-register: take it that no process sees a key go back.")
    private boolean sequentialKeys;

    /// Models of one object, then kinds of transactions.
    static final class Names extends Choices {
        Names() {
            super(
                    Stream.concat(
                                    Models.all().stream().map(Model::name),
                                    Stream.of(LISTS, REGISTERS))
                            .toList());
        }
    }

    /// Consistency models.
    static final class Levels extends Choices {
        Levels() {
            super(Stream.of(ConsistencyModel.values()).map(ConsistencyModel::title).toList());
        }
    }

    /// The name of the check; empty when no model was given.
    ///
    /// @throws ParameterException when there is no such model or the options do not go together
    Optional<String> check() {
        String name = model;
        new Names().require(command.commandLine(), "model", name);
        new Levels().require(command.commandLine(), "consistency model", consistency);
        boolean transactions = LISTS.equals(name) || REGISTERS.equals(name);
        if (consistency != null && !transactions) {
            throw new ParameterException(
                    command.commandLine(),
                    "--consistency is for transactions: --model list-append or --model rw-register");
        }
        if ((linearizableKeys || sequentialKeys) && !REGISTERS.equals(name)) {
            throw new ParameterException(
                    command.commandLine(),
                    "--linearizable-keys and --sequential-keys are for --model rw-register");
        }
        if (name == null) {
            return Optional.empty();
        }
        if (!transactions) {
            return Optional.of("linearizable " + name);
        }
        String level =
                consistency == null ? ConsistencyModel.STRICT_SERIALIZABLE.title() : consistency;
        List<String> words =
                linearizableKeys
                        ? List.of(level, "linearizable-keys", name)
                        : sequentialKeys
                                ? List.of(level, "sequential-keys", name)
                                : List.of(level, name);
        return Optional.of(String.join(" ", words));
    }

    /// Whether it is a model of one object, which the engines decide.
    boolean linearizable() {
        return model != null && !model.equals(LISTS) && !model.equals(REGISTERS);
    }
}
