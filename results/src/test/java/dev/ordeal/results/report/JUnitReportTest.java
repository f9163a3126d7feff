package dev.ordeal.results.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ordeal.checker.history.History;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

final class JUnitReportTest {
    @TempDir Path folder;

    private static Element parse(String xml) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml)))
                .getDocumentElement();
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node child = parent.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    @Test
    void aTestCaseACheckViolatedAsFailureUndecidedAsError() {
        String xml = JUnitReport.of(null, TinyRun.history(folder), List.of(), TinyRun.judgement());
        assertThat(xml.substring(0, xml.indexOf("  <system-out>")))
                .isEqualTo(
                        """
                        <?xml version="1.0" encoding="UTF-8"?>
                        <testsuite name="ordeal" time="0.002" tests="3" errors="1" skipped="0" failures="1">
                          <testcase name="linearizable register" classname="ordeal" time="0.002">
                            <failure message="key x is not linearizable" type="violated">key x is not linearizable

                        process 0 read x=v1 from n1 at 0.950 s, 46.0 ms after process 1's write of x=v2 was acknowledged
                          0.001 s  +2.50 ms  process 1 on n2  write x = v1  ok  #0
                          0.900 s  +4.00 ms  process 1 on n2  write x = v2  ok  #1
                          0.950 s  +1.25 ms  process 0 on n1  read x → v1   ok  #2
                          n1          index 2  term 1  noop
                          n2, life 3  index 2  term 2  write x = v2
                          What the nodes recorded of operations without an answer:
                            #3, process 0's write of y=v3 at n1 was committed at index 3 in term 2
                          The longest order that works has 2 operations; none of these can come next:
                            process 0's read of v1: the value is v2</failure>
                          </testcase>
                          <testcase name="commit" classname="ordeal" time="0.000">
                            <error message="n3 left no record: its disk was lost" type="undecided">n3 left no record: its disk was lost</error>
                          </testcase>
                          <testcase name="election" classname="ordeal" time="0.000"></testcase>
                        """);
    }

    @Test
    void whatMavenSurefireRequiresIsThereAndInItsOrder() throws Exception {
        Element suite =
                parse(
                        JUnitReport.of(
                                SampleRun.facts(SampleRun.Shape.small()),
                                TinyRun.history(folder),
                                List.of(),
                                TinyRun.judgement()));
        assertThat(suite.getTagName()).isEqualTo("testsuite");
        for (String required : List.of("name", "time", "tests", "errors", "skipped", "failures")) {
            assertThat(suite.hasAttribute(required)).as(required).isTrue();
        }
        List<Element> cases = children(suite, "testcase");
        assertThat(cases).hasSize(Integer.parseInt(suite.getAttribute("tests")));
        assertThat(cases)
                .allSatisfy(c -> {
                    assertThat(c.getAttribute("name")).isNotEmpty();
                    assertThat(c.getAttribute("classname")).isEqualTo("ordeal.register");
                    assertThat(c.getAttribute("time")).matches("\\d+\\.\\d{3}");
                });
        List<String> order = new ArrayList<>();
        for (Node child = suite.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element
                    && (order.isEmpty() || !order.getLast().equals(element.getTagName()))) {
                order.add(element.getTagName());
            }
        }
        assertThat(order).containsExactly("properties", "testcase", "system-out");
    }

    @Test
    void valuesThatXmlCannotHoldDoNotBreakTheFile() throws Exception {
        History history =
                TinyRun.history(
                        folder,
                        TinyRun.HISTORY.replace(
                                "\"v1\"", "\"]]> <b> & \\u0000\\u001b \\ufffe 😀\""));
        Element suite = parse(JUnitReport.of(null, history, List.of(), TinyRun.judgement()));
        assertThat(
                        children(children(suite, "testcase").getFirst(), "failure")
                                .getFirst()
                                .getTextContent())
                .contains("read x → ]]> <b> & \\u0000\\u001b \ufffd 😀");
    }
}
