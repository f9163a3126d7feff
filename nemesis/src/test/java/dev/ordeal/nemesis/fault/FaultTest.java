package dev.ordeal.nemesis.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ordeal.nemesis.fault.Fault.Kill;
import dev.ordeal.nemesis.fault.Fault.Partition;
import dev.ordeal.nemesis.fault.Fault.Pause;
import dev.ordeal.nemesis.fault.Fault.Shape;
import dev.ordeal.nemesis.fault.Fault.Target;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FaultTest {
    @Test
    void aBareNameMeansAllItsVariants() {
        assertThat(Fault.parse("pause,kill"))
                .containsExactly(
                        new Pause(Target.ONE),
                        new Pause(Target.LEADER),
                        new Kill(Target.ONE),
                        new Kill(Target.LEADER),
                        new Kill(Target.MINORITY),
                        new Kill(Target.ALL));
        assertThat(Fault.parse("partition"))
                .containsExactly(
                        new Partition(Shape.ONE),
                        new Partition(Shape.LEADER),
                        new Partition(Shape.HALVES),
                        new Partition(Shape.MAJORITY_RING),
                        new Partition(Shape.ONE_WAY));
    }

    @Test
    void aVariantIsNamedBehindAColonAndCountsOnce() {
        assertThat(Fault.parse(" kill:leader, partition:majority-ring ,kill:leader"))
                .containsExactly(new Kill(Target.LEADER), new Partition(Shape.MAJORITY_RING));
    }

    @Test
    void everyFaultIsReadAsItIsWritten() {
        assertThat(Fault.all()).hasSize(37).doesNotHaveDuplicates();
        for (Fault fault : Fault.all()) {
            assertThat(Fault.parse(fault.toString())).isEqualTo(List.of(fault));
        }
        assertThat(new Partition(Shape.ONE_WAY)).hasToString("partition one-way");
        assertThat(new Fault.Clock(Fault.ClockError.JUMP, Target.LEADER))
                .hasToString("clock leader-jump");
        assertThat(new Fault.ElectionStorm()).hasToString("election-storm all");
    }

    @Test
    void noneIsNoFault() {
        assertThat(Fault.parse("none")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fire",
                "kill:everybody",
                "pause:all",
                "kill:leader:now",
                "Kill",
                "none,kill"
            })
    void whatDoesNotExistIsNamedInOneLineNextToWhatDoes(String text) {
        assertThatThrownBy(() -> Fault.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "there is no fault \""
                                + text.replace(",kill", "")
                                + "\"; choose from partition (one, leader, halves, majority-ring, one-way),"
                                + " kill (one, leader, minority, all), pause (one, leader),"
                                + " power (one, leader, minority, all),"
                                + " network (slow, lossy, duplicate, reorder, slow-link, flapping),"
                                + " disk (slow, full, flip),"
                                + " clock (fast, slow, jump, freeze, leader-fast, leader-slow, leader-jump, leader-freeze),"
                                + " membership (remove-one, remove-leader, transfer, several),"
                                + " election-storm (all), or none");
    }

    @ParameterizedTest
    @CsvSource(
            value = {"''", "kill;", "kill;;pause"},
            delimiter = '|')
    void anEmptyPlaceInTheListIsSaid(String text) {
        String list = text.replace(';', ',');
        assertThatThrownBy(() -> Fault.parse(list))
                .hasMessageStartingWith(
                        "a fault is missing in \"" + list + "\"; choose from partition (");
    }
}
