package dev.corral.jcache.callpath;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.StringReference;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.connect.LaunchingConnector;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.event.MethodEntryEvent;
import com.sun.jdi.event.VMDeathEvent;
import com.sun.jdi.event.VMDisconnectEvent;
import com.sun.jdi.request.EventRequest;
import com.sun.jdi.request.MethodEntryRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Limits the number of types whose code the calling thread runs for one cache operation. A debugger
 * records the types, and the documentation must name all of them. A nested type counts as the type
 * that contains it; a record or enum counts if one of its methods runs.
 */
@Tag("baseline-jdk")
class CallPathTest {

  private static final Path PAGE = Path.of("../../docs/architecture.md");
  private static final String BASE_PACKAGE = "dev.corral.jcache.";

  private static final Map<String, Set<String>> typesOf = new LinkedHashMap<>();

  @BeforeAll
  static void trace() throws Exception {
    VirtualMachine machine = launch();
    MethodEntryRequest entries = machine.eventRequestManager().createMethodEntryRequest();
    entries.addClassFilter(BASE_PACKAGE + "*");
    entries.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
    entries.enable();
    machine.resume();
    Recorder recorder = new Recorder();
    try {
      boolean running = true;
      while (running) {
        EventSet events = machine.eventQueue().remove();
        for (Event event : events) {
          if (event instanceof MethodEntryEvent entry) {
            recorder.accept(entry);
          }
          running &= !(event instanceof VMDeathEvent || event instanceof VMDisconnectEvent);
        }
        events.resume();
      }
    } catch (VMDisconnectedException e) {
      assertThat(typesOf).as("calls that were traced before the JVM ended").hasSize(2);
    }
  }

  private static VirtualMachine launch() throws Exception {
    LaunchingConnector connector = Bootstrap.virtualMachineManager().defaultConnector();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    value(arguments, "home").setValue(System.getProperty("java.home"));
    value(arguments, "options").setValue("-cp \"" + System.getProperty("java.class.path") + "\"");
    value(arguments, "main").setValue(TracedApplication.class.getName());
    VirtualMachine machine = connector.launch(arguments);
    discard(machine.process().getInputStream());
    discard(machine.process().getErrorStream());
    return machine;
  }

  private static void discard(InputStream output) {
    Thread thread =
        new Thread(
            () -> {
              try {
                output.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private static Connector.Argument value(Map<String, Connector.Argument> all, String name) {
    Connector.Argument argument = all.get(name);
    assertThat(argument).as(name).isNotNull();
    return argument;
  }

  /** Collects the types of the calling thread between the markers. */
  private static final class Recorder {

    private @Nullable ThreadReference thread;
    private Set<String> types = new LinkedHashSet<>();

    void accept(MethodEntryEvent entry) throws Exception {
      String type = entry.method().declaringType().name();
      if (type.equals(TracedApplication.class.getName())) {
        if (entry.method().name().equals("begin")) {
          thread = entry.thread();
          types = new LinkedHashSet<>();
          var call = (StringReference) entry.thread().frame(0).getArgumentValues().get(0);
          typesOf.put(call.value(), types);
        } else {
          thread = null;
        }
      } else if (entry.thread().equals(thread) && !type.contains("$$Lambda")) {
        types.add(type.substring(type.lastIndexOf('.') + 1).replaceAll("\\$.*", ""));
      }
    }
  }

  @Test
  void get_hit_runsFewDocumentedTypes() throws Exception {
    assertThat(types("get")).hasSizeLessThanOrEqualTo(30);
    assertThat(Files.readString(PAGE)).contains(types("get"));
  }

  @Test
  void put_plain_runsFewDocumentedTypes() throws Exception {
    assertThat(types("put")).hasSizeLessThanOrEqualTo(35);
    assertThat(Files.readString(PAGE)).contains(types("put"));
  }

  private static Set<String> types(String call) {
    return typesOf.getOrDefault(call, Set.of());
  }
}
