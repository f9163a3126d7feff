package dev.ordeal.checker.bench;

import dev.ordeal.checker.bounds.Bounds;
import dev.ordeal.checker.history.History;
import dev.ordeal.checker.linear.Linearizability;
import dev.ordeal.checker.linear.Linearizability.PartResult;
import dev.ordeal.checker.model.Register;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// `mvn -pl checker test-compile exec:exec -Dbench=EnginesBenchmark`
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EnginesBenchmark {
    @Param({"distinct", "search"})
    public String engine = "distinct";

    @Param({"1000", "100000"})
    public int operations;

    @Param({"5", "20"})
    public int clients;

    private History history = new SimulatedRegister(1, 1, 1, 0, 0, false, 1).history();

    @Setup
    public void simulate() {
        // The search gets few values, the register engine each value once: what each is there for.
        int values = engine.equals("distinct") ? 0 : 5;
        history = new SimulatedRegister(operations, clients, 1, values, 0, false, 1).history();
    }

    @Benchmark
    public List<PartResult> check() {
        return Linearizability.check(history, new Register("register"), engine, Bounds.defaults());
    }
}
