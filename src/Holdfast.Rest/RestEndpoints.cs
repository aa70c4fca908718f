using Holdfast.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Holdfast.Rest;

/// <summary>
/// The HTTP front end, for whoever owns the listener. Routes are taken from the raw request target and not from the path that
/// the server normalised, since a key may hold any byte.
/// </summary>
public static class RestEndpoints
{
    /// <summary>
    /// Registers the front end. An <see cref="IRequestGate"/>, an <see cref="IClusterViewSource"/> and an <see cref="IRouteMap"/> must be registered
    /// too; they are resolved when <see cref="Map"/> is called.
    /// </summary>
    public static IServiceCollection AddHoldfastRest(this IServiceCollection services, RestOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton<RestFrontEnd>();
        return services;
    }

    /// <summary>
    /// Puts the front end into an application's pipeline: it answers its own paths, passes others on to what was added after
    /// it, and gives a 404 problem where nothing answered. The rules for <c>Host</c> and browsers hold for all of them.
    /// </summary>
    public static IApplicationBuilder Map(IApplicationBuilder app)
    {
        RestFrontEnd frontEnd = app.ApplicationServices.GetRequiredService<RestFrontEnd>();
        return app.Use(next => http => frontEnd.InvokeAsync(http, next));
    }
}
