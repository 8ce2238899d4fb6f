import java.nio.file.*;
import java.util.*;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.elasticsearch.Version;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.ActionPlugin;
import org.elasticsearch.plugins.Plugin;
import org.elasticsearch.rest.BytesRestResponse;
import org.elasticsearch.rest.RestHandler;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.transport.Netty4Plugin;

/**
 * A real Elasticsearch node for the tests: Launcher HOME_DIR HTTP_PORT [key=value ...]
 * It compiles against 6.8 and against 7.17; which of them it is, the class path decides.
 * ES_AUTHORIZATION="Basic …" in the environment makes every call need that very header. It comes encoded,
 * so that a password with æøå does not depend on the locale that Java reads its environment with.
 * ES_STOP_AT_EOF=1: the node stops when its standard input closes, that is, when whoever started it is gone.
 */
public class Launcher {

    /** Stands in for the security plugin, which Maven Central does not have: a plain check on each REST handler. */
    public static class BasicAuthPlugin extends Plugin implements ActionPlugin {
        @Override public UnaryOperator<RestHandler> getRestHandlerWrapper(ThreadContext ctx) {
            String want = System.getenv("ES_AUTHORIZATION");
            if (want == null || want.isEmpty()) return null;
            return h -> (request, channel, client) -> {
                if (want.equals(request.header("Authorization"))) { h.handleRequest(request, channel, client); return; }
                BytesRestResponse r = new BytesRestResponse(RestStatus.UNAUTHORIZED, "application/json; charset=UTF-8",
                    "{\"error\":{\"root_cause\":[{\"type\":\"security_exception\",\"reason\":\"missing authentication token for REST request\"}],"
                    + "\"type\":\"security_exception\",\"reason\":\"missing authentication token for REST request\"},\"status\":401}");
                r.addHeader("WWW-Authenticate", "Basic realm=\"security\" charset=\"UTF-8\"");
                channel.sendResponse(r);
            };
        }
    }

    static class TestNode extends Node {
        TestNode(Environment env, Collection<Class<? extends Plugin>> plugins) { super(env, plugins, false); }
        // 6.8 wants this one, 7.17 knows it no more: hence no @Override.
        protected void registerDerivedNodeNameWithLogger(String name) { LogConfigurator.setNodeName(name); }
    }

    public static void main(String[] args) throws Exception {
        long t0 = System.nanoTime();
        Path home = Paths.get(args[0]).toAbsolutePath();
        Files.createDirectories(home.resolve("config"));
        Settings.Builder b = Settings.builder()
            .put("path.home", home.toString())
            .put("cluster.name", "tilbudsspejl-test")
            .put("node.name", "tilbudsspejl-test")
            .put("network.host", "127.0.0.1")
            .put("http.port", args[1])
            .put(Version.CURRENT.major < 7 ? "transport.tcp.port" : "transport.port", "0") // any free port
            .put("discovery.type", "single-node")
            .put("transport.type", "netty4").put("http.type", "netty4")
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        for (int i = 2; i < args.length; i++) {
            int eq = args[i].indexOf('=');
            b.put(args[i].substring(0, eq), args[i].substring(eq + 1));
        }
        Settings settings = b.build();
        LogConfigurator.registerErrorListener();
        LogConfigurator.configureWithoutConfig(
            Settings.builder().put("logger.level", System.getProperty("es.log", "WARN")).build());
        Node node = new TestNode(new Environment(settings, home.resolve("config")),
            Arrays.asList(Netty4Plugin.class, BasicAuthPlugin.class));
        CountDownLatch done = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try { node.close(); System.out.println("STOPPED"); } catch (Exception e) { e.printStackTrace(); }
            done.countDown();
        }));
        node.start();
        String addr = node.injector().getInstance(org.elasticsearch.http.HttpServerTransport.class)
            .boundAddress().publishAddress().toString();
        System.out.println("STARTED http://" + addr + " in " + (System.nanoTime() - t0) / 1_000_000 + " ms");
        System.out.flush();
        if ("1".equals(System.getenv("ES_STOP_AT_EOF"))) {
            Thread watch = new Thread(Launcher::exitAtEndOfInput, "stop-at-eof");
            watch.setDaemon(true);
            watch.start();
        }
        done.await();
    }

    private static void exitAtEndOfInput() {
        try {
            while (System.in.read() != -1) { }
        } catch (java.io.IOException e) {
            // A broken input says the same as a closed one.
        }
        System.exit(0);
    }
}
