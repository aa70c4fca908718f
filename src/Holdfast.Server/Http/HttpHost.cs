using Holdfast.Api;
using Holdfast.Net.Kestrel;
using Holdfast.Rest;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Holdfast.Server.Http;

/// <summary>Kestrel with the HTTP front end, on the connections that the one-port listener hands over.</summary>
internal static class HttpHost
{
    /// <summary>How long a request that is under way may take to finish when the node stops.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1);

    /// <summary>Makes the application; it serves once started.</summary>
    public static WebApplication Create(
        HandoffListenerFactory connections, IRequestGate gate, IClusterViewSource cluster, IRouteMap routes, RestOptions options)
    {
        // Nothing comes from the folder that the node is started in or from ASP.NET's variables: the defaults would also watch that
        // folder, often the data's, and pay for each write to the log.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true);
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = 32 * 1024;
            kestrel.Limits.MaxRequestBodySize = null;
        });
        connections.Configure(builder.WebHost);
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = StopPatience);
        builder.Services.AddSingleton(gate);
        builder.Services.AddSingleton(cluster);
        builder.Services.AddSingleton(routes);
        builder.Services.AddHoldfastRest(options);
        WebApplication app = builder.Build();
        RestEndpoints.Map(app);
        return app;
    }
}
