package dev.corral.jcache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The modules below {@code provider}: each that is published is in the BOM, and fit for Central.
 */
class PublishedModulesTest {

  private static final Path PROVIDER = Path.of("..");
  private static final Element BOM = pom(PROVIDER.resolve("bom"));

  private static final List<Path> MODULES =
      Stream.of(pom(PROVIDER))
          .flatMap(it -> texts(it, "modules", "module").stream())
          .map(PROVIDER::resolve)
          .toList();

  private static final List<Path> JARS =
      MODULES.stream()
          .filter(it -> !text(pom(it), "packaging").equals("pom"))
          .filter(it -> !text(pom(it), "properties", "maven.deploy.skip").equals("true"))
          .toList();

  @Test
  void bom_comparedWithThePublishedModules_hasEachOfThem() {
    List<Element> managed = all(BOM, "dependencyManagement", "dependencies", "dependency");

    assertThat(managed)
        .filteredOn(it -> text(it, "classifier").isEmpty())
        .extracting(it -> text(it, "artifactId"))
        .containsExactlyInAnyOrderElementsOf(
            JARS.stream().map(it -> text(pom(it), "artifactId")).toList());
    assertThat(managed)
        .filteredOn(it -> !text(it, "classifier").isEmpty())
        .singleElement()
        .returns("corral-jcache", it -> text(it, "artifactId"))
        .returns("thin", it -> text(it, "classifier"));
    assertThat(managed)
        .allSatisfy(it -> assertThat(text(it, "groupId")).isEqualTo("dev.corral"))
        .allSatisfy(it -> assertThat(text(it, "version")).isEqualTo("${project.version}"));
  }

  @Test
  void poms_ofPublishedModules_haveWhatCentralRequires() {
    Element parent = pom(PROVIDER.resolve(".."));

    assertThat(parent.getAttribute("child.project.url.inherit.append.path")).isEqualTo("false");
    for (String required :
        List.of("name", "description", "url", "licenses", "developers", "scm", "issueManagement")) {
      assertThat(all(parent, required)).as(required).hasSize(1);
    }
    Stream.concat(MODULES.stream(), Stream.of(PROVIDER))
        .map(PublishedModulesTest::pom)
        .forEach(
            it -> {
              assertThat(text(it, "name")).as(text(it, "artifactId")).startsWith("Corral");
              assertThat(text(it, "description")).as(text(it, "artifactId")).endsWith(".");
            });
  }

  /** The address of the project is in one place. */
  @Test
  void address_inThePoms_isOneProperty() throws Exception {
    String parent = Files.readString(PROVIDER.resolve("../pom.xml"));
    String address = text(pom(PROVIDER.resolve("..")), "properties", "corral.url");

    assertThat(parent.split(java.util.regex.Pattern.quote(address), -1)).hasSize(2);
    for (Path module : MODULES) {
      assertThat(module.resolve("pom.xml")).content().doesNotContain(address);
    }
  }

  /** Without one, the name of the file would decide. */
  @Test
  void jars_ofPublishedModules_haveAModuleName() {
    assertThat(JARS)
        .allSatisfy(
            it ->
                assertThat(
                        Files.exists(it.resolve("src/module"))
                            || Files.exists(it.resolve("src/main/java/module-info.java"))
                            || Files.readString(it.resolve("pom.xml"))
                                .contains("<Automatic-Module-Name>dev.corral."))
                    .as("%s: set Automatic-Module-Name in the manifest of the jar", it)
                    .isTrue());
  }

  private static Element pom(Path folder) {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(folder.resolve("pom.xml").toFile())
          .getDocumentElement();
    } catch (Exception e) {
      throw new AssertionError(folder.toString(), e);
    }
  }

  private static List<Element> all(Element parent, String... path) {
    List<Element> found = List.of(parent);
    for (String name : path) {
      List<Element> children = new ArrayList<>();
      for (Element each : found) {
        IntStream.range(0, each.getChildNodes().getLength())
            .<Node>mapToObj(each.getChildNodes()::item)
            .filter(it -> it.getNodeName().equals(name))
            .map(Element.class::cast)
            .forEach(children::add);
      }
      found = children;
    }
    return found;
  }

  private static List<String> texts(Element parent, String... path) {
    return all(parent, path).stream().map(Element::getTextContent).toList();
  }

  /** The text of the only such element, or an empty one. */
  private static String text(Element parent, String... path) {
    return String.join("", texts(parent, path));
  }
}
