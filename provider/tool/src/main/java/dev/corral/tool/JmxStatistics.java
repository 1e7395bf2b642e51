package dev.corral.tool;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Reads the management beans of the caches of a JVM. */
final class JmxStatistics {

  private JmxStatistics() {}

  /**
   * The figures by cache, then by attribute.
   *
   * @param jvm host:port, a JMX service URL, or a process id of this machine
   * @throws ToolException if the JVM cannot be reached
   */
  @SuppressWarnings("BanJNDI") // the operator chooses the JVM
  static Map<String, Map<String, Object>> read(String jvm) {
    try (JMXConnector connector = JMXConnectorFactory.connect(url(jvm))) {
      MBeanServerConnection beans = connector.getMBeanServerConnection();
      Map<String, Map<String, Object>> figures = new TreeMap<>();
      for (String pattern :
          new String[] {"javax.cache:type=CacheStatistics,*", "dev.corral:type=CorralCache,*"}) {
        for (ObjectName bean : beans.queryNames(new ObjectName(pattern), null)) {
          String cache = ObjectName.unquote(quoted(bean.getKeyProperty("Cache")));
          add(beans, bean, figures.computeIfAbsent(cache, it -> new TreeMap<>()));
        }
      }
      return figures;
    } catch (IOException | JMException | AttachNotSupportedException | SecurityException e) {
      throw new ToolException(
          ToolException.UNAVAILABLE,
          "The JVM %s cannot be reached by JMX: %s".formatted(jvm, e.getMessage()),
          e);
    }
  }

  private static String quoted(String name) {
    return name.startsWith("\"") ? name : ObjectName.quote(name);
  }

  private static JMXServiceURL url(String jvm) throws IOException, AttachNotSupportedException {
    if (jvm.matches("\\d+")) {
      VirtualMachine machine = VirtualMachine.attach(jvm);
      try {
        return new JMXServiceURL(machine.startLocalManagementAgent());
      } finally {
        machine.detach();
      }
    }
    return new JMXServiceURL(
        jvm.startsWith("service:") ? jvm : "service:jmx:rmi:///jndi/rmi://" + jvm + "/jmxrmi");
  }

  private static void add(MBeanServerConnection beans, ObjectName bean, Map<String, Object> figures)
      throws IOException, JMException {
    for (MBeanAttributeInfo attribute : beans.getMBeanInfo(bean).getAttributes()) {
      String type = attribute.getType();
      boolean isFigure =
          type.equals("long")
              || type.equals("int")
              || type.equals("float")
              || type.equals("boolean");
      if (isFigure && attribute.isReadable()) {
        figures.put(attribute.getName(), beans.getAttribute(bean, attribute.getName()));
      }
    }
  }
}
