package dev.ordeal;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The plan of the house in code: who may know whom. It lies in the last module because only that one sees all of them.
final class ArchitectureTest {
    private static final List<String> MODULES =
            List.of("checker", "node", "nemesis", "results", "workloads");

    private static final JavaClasses ALL =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .importPackages("dev.ordeal");

    /// protoc wrote them; it knows nothing of null-marking.
    private static final String STUBS = "dev.ordeal.node.rpc.proto";

    private static final JavaClasses OURS = ALL.that(not(resideInAPackage(STUBS)));

    /// Where the same input must give the same output, on any day and on any machine.
    private static final String[] REPEATABLE = {
        "dev.ordeal.node.raft..",
        "dev.ordeal.node.machine..",
        "dev.ordeal.node.member..",
        "dev.ordeal.nemesis.sim..",
        "dev.ordeal.workloads.plan.."
    };

    /// A rule about a package that was renamed would hold of nothing, and so hold.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "dev.ordeal.node.raft",
                "dev.ordeal.node.machine",
                "dev.ordeal.node.member",
                "dev.ordeal.workloads.plan",
                "dev.ordeal.workloads.cli"
            })
    void thePackagesNamedHereExist(String name) {
        assertThat(OURS.containPackage(name)).isTrue();
        assertThat(OURS.getPackage(name).getClasses()).hasSizeGreaterThan(1);
    }

    @Test
    void modulesFollowTheArrows() {
        var modules = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("dev.ordeal..");
        for (String module : MODULES) {
            modules = modules.layer(module).definedBy("dev.ordeal." + module + "..");
        }
        modules.whereLayer("checker")
                .mayNotAccessAnyLayer()
                .whereLayer("node")
                .mayNotAccessAnyLayer()
                .whereLayer("nemesis")
                .mayOnlyAccessLayers("node")
                .whereLayer("results")
                .mayOnlyAccessLayers("checker")
                .whereLayer("workloads")
                .mayOnlyAccessLayers("checker", "node", "nemesis", "results")
                .ensureAllClassesAreContainedInArchitecture()
                .check(ALL);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.ordeal.(**)").should().beFreeOfCycles().check(ALL);
    }

    @Test
    void theCoreOfTheNodeIsPure() {
        classes()
                .that()
                .resideInAnyPackage("dev.ordeal.node.raft..", "dev.ordeal.node.machine..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.ordeal.node.raft..",
                        "dev.ordeal.node.machine..",
                        // Not java.util.concurrent and java.util.logging: the core has no threads
                        // and does not log.
                        "java.lang",
                        "java.lang.annotation",
                        "java.lang.invoke",
                        "java.lang.runtime",
                        // A membership stands in the log as text, and UTF-8 is named here.
                        "java.nio.charset",
                        "java.util",
                        "java.util.function",
                        "java.util.random",
                        "java.util.stream",
                        "org.jspecify.annotations")
                .check(OURS);
    }

    @Test
    void whatMustRepeatReadsNeitherClockNorDice() {
        Set<String> clocksAndDice =
                Set.of(
                        "java.lang.System.nanoTime()",
                        "java.lang.System.currentTimeMillis()",
                        "java.lang.Math.random()",
                        "java.util.Random.<init>()",
                        "java.util.SplittableRandom.<init>()",
                        "java.util.Collections.shuffle(java.util.List)",
                        "java.util.UUID.randomUUID()",
                        "java.util.concurrent.ThreadLocalRandom.current()",
                        "java.util.random.RandomGenerator.getDefault()",
                        "java.time.Instant.now()");
        noClasses()
                .that()
                .resideInAnyPackage(REPEATABLE)
                .should()
                .accessTargetWhere(
                        describe(
                                "it is a clock or dice",
                                access -> clocksAndDice.contains(access.getTarget().getFullName())))
                .check(OURS);
    }

    @Test
    void onlyTheCommandLinePrints() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.ordeal.workloads.cli")
                // Says on its standard output that it serves; whoever started it waits for that.
                .and()
                .doNotHaveFullyQualifiedName("dev.ordeal.node.server.Main")
                .should(ACCESS_STANDARD_STREAMS)
                .check(OURS);
    }

    @Test
    void classesAreNamedAfterWhatTheyOwn() {
        noClasses()
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Context|Common)")
                .check(OURS);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<JavaPackage> packages =
                OURS.stream().map(JavaClass::getPackage).collect(Collectors.toSet());
        assertThat(packages).hasSizeGreaterThanOrEqualTo(MODULES.size());
        assertThat(packages)
                .filteredOn(p -> !isNullMarked(p))
                .extracting(JavaPackage::getName)
                .isEmpty();
    }

    private static boolean isNullMarked(JavaPackage p) {
        return p.tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith(NullMarked.class))
                .orElse(false);
    }
}
