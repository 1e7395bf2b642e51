package dev.corral.examples.docs;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * Compiles the Java blocks of the pages in this process, all at once. A block may be a source file,
 * members of a class, statements, or an expression; the compiler's parser decides which. The blocks
 * of a page share a package, so they see each other's classes.
 */
final class JavaSnippets {

  /** What each block may use without an import. */
  private static final String IMPORTS =
      "import dev.corral.jcache.*; import dev.corral.jcache.codec.*; import java.net.URI;"
          + " import java.util.*; import java.util.concurrent.*; import javax.cache.*;"
          + " import javax.cache.configuration.*; import javax.cache.event.*;"
          + " import javax.cache.expiry.*; import javax.cache.integration.*;"
          + " import javax.cache.processor.*; import javax.cache.spi.*;"
          + " import javax.cache.configuration.FactoryBuilder.SingletonFactory;"
          + " import static javax.cache.expiry.Duration.*;";

  /** More imports for single pages, whose names mean something else on the others. */
  private static final Map<String, String> IMPORTS_OF_PAGES =
      Map.of(
          "docs/tags.md",
          "import dev.corral.spring.*;",
          "docs/spring.md",
          "import dev.corral.spring.*; import org.springframework.boot.cache.autoconfigure.*;"
              + " import org.springframework.cache.annotation.*;"
              + " import org.springframework.context.annotation.*;");

  /** JCache has a Duration too; only its constants have names in capitals. */
  private static final Pattern DURATION_OF_JCACHE =
      Pattern.compile("\\bDuration\\.(ETERNAL|ZERO\\b|ONE_|TWENTY|THIRTY|FIVE_)");

  private static final Pattern TYPE_NAME =
      Pattern.compile("(?m)^public .*?(?:class|record|interface|enum) (\\w+)");

  /** A body that a page leaves to the reader. */
  private static final String OMITTED = "{ throw new UnsupportedOperationException(); }";

  /** A form of a block: what surrounds it, on the same lines. */
  private enum Form {
    FILE("", ""),
    MEMBERS("class %s extends dev.corral.examples.docs.SnippetScope { ", " }"),
    STATEMENTS(
        "public class %s extends dev.corral.examples.docs.SnippetScope"
            + " { @Override public void run() throws Exception { ",
        " } }"),
    EXPRESSION(
        "public class %s extends dev.corral.examples.docs.SnippetScope"
            + " { @Override public void run() throws Exception { Objects.requireNonNull(",
        "); } }");

    private final String before;
    private final String after;

    Form(String before, String after) {
      this.before = before;
      this.after = after;
    }
  }

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

  private final Path classes;
  private final Map<CodeBlock, Source> sources = new HashMap<>();

  /** A block as the compiler reads it; each line has the number that it has in the block. */
  private static final class Source extends SimpleJavaFileObject {

    private final CodeBlock block;
    private final Form form;
    private final String className;
    private final String text;

    Source(CodeBlock block, Form form) {
      this(block, form, simpleName(block, form));
    }

    private Source(CodeBlock block, Form form, String name) {
      super(URI.create("string:///" + packageOf(block) + "/" + name + ".java"), Kind.SOURCE);
      this.block = block;
      this.form = form;
      this.className = packageOf(block) + "." + name;
      String duration =
          DURATION_OF_JCACHE.matcher(block.text()).find() ? "javax.cache.expiry" : "java.time";
      boolean ownDuration = block.text().contains(".Duration;");
      this.text =
          "package %s; %s%s %s"
                  .formatted(
                      packageOf(block),
                      IMPORTS,
                      ownDuration ? "" : " import " + duration + ".Duration;",
                      IMPORTS_OF_PAGES.getOrDefault(block.page(), ""))
              + (form == Form.FILE
                  ? " import static dev.corral.examples.docs.SnippetScope.*; "
                  : "")
              + form.before.formatted(name)
              + block.text().replace("{ … }", OMITTED)
              + form.after;
    }

    private static String packageOf(CodeBlock block) {
      return block.page().replaceAll("\\.md$", "").replaceAll("\\W", "_").toLowerCase(Locale.ROOT);
    }

    private static String simpleName(CodeBlock block, Form form) {
      Matcher name = TYPE_NAME.matcher(block.text());
      return form == Form.FILE && name.find() ? name.group(1) : "Line" + block.line();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  /**
   * @param classes an empty directory for class files
   */
  JavaSnippets(Path classes) {
    this.classes = classes;
  }

  /** Compiles the blocks, and returns the errors with their places in the pages. */
  List<String> compile(List<CodeBlock> blocks) throws IOException {
    for (CodeBlock block : blocks) {
      sources.put(block, source(block));
    }
    var problems = new DiagnosticCollector<JavaFileObject>();
    COMPILER
        .getTask(
            null,
            null,
            problems,
            List.of(
                "-d",
                classes.toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                "-proc:none",
                "-parameters",
                "--release",
                "17"),
            null,
            sources.values())
        .call();
    return errors(problems);
  }

  private static Source source(CodeBlock block) throws IOException {
    for (Form form : Form.values()) {
      Source source = new Source(block, form);
      var problems = new DiagnosticCollector<JavaFileObject>();
      ((JavacTask)
              COMPILER.getTask(
                  null, null, problems, List.of("--release", "17"), null, List.of(source)))
          .parse();
      if (errors(problems).isEmpty()) {
        return source;
      }
    }
    return new Source(block, Form.STATEMENTS);
  }

  private static List<String> errors(DiagnosticCollector<JavaFileObject> problems) {
    List<String> errors = new ArrayList<>();
    for (Diagnostic<? extends JavaFileObject> problem : problems.getDiagnostics()) {
      if (problem.getKind() == Diagnostic.Kind.ERROR) {
        String at =
            problem.getSource() instanceof Source it ? it.block.at(problem.getLineNumber()) : "?";
        errors.add(at + ": " + problem.getMessage(Locale.ENGLISH));
      }
    }
    return errors;
  }

  /** Whether a compiled block can run: statements, an expression, or a class with a main method. */
  boolean canRun(CodeBlock block) {
    Form form = sourceOf(block).form;
    return form == Form.STATEMENTS || form == Form.EXPRESSION || hasMain(block);
  }

  boolean hasMain(CodeBlock block) {
    return sourceOf(block).form == Form.FILE && block.text().contains("static void main(String[]");
  }

  private Source sourceOf(CodeBlock block) {
    @Nullable Source source = sources.get(block);
    if (source == null) {
      throw new IllegalArgumentException(block.at(1) + " is not compiled");
    }
    return source;
  }

  /** Runs a compiled block. */
  void run(CodeBlock block) throws Exception {
    ClassLoader parent = JavaSnippets.class.getClassLoader();
    try (var loader = new URLClassLoader(new URL[] {classes.toUri().toURL()}, parent)) {
      Class<?> type = loader.loadClass(sourceOf(block).className);
      if (hasMain(block)) {
        type.getMethod("main", String[].class).invoke(null, (Object) new String[0]);
      } else {
        try (var snippet = (SnippetScope) type.getConstructor().newInstance()) {
          snippet.run();
        }
      }
    }
  }
}
