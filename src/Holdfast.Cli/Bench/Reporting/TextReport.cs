using System.Globalization;

namespace Holdfast.Cli.Bench.Reporting;

/// <summary>A report for a person.</summary>
internal static class TextReport
{
    public static void Print(BenchReport report, BenchPlan plan, TextWriter output)
    {
        output.WriteLine(Line($"workload {plan.Mix}, {report.Protocol}, {report.Clients} clients, pipeline {report.Pipeline}"));
        output.WriteLine(Line($"{report.Keys:N0} keys, {report.Distribution}, values of {report.ValueBytes:N0} bytes, seed {report.Seed}"));
        output.WriteLine(report.Rate is { } rate
            ? Line($"open loop at {rate:N0}/s: latencies count from when each operation should have started")
            : "closed loop: a client that waits sends nothing, so the latencies hide what a stall held back; --rate shows it");
        output.WriteLine();
        output.WriteLine(Line($"{report.Operations:N0} operations in {report.ElapsedSeconds:0.0} s, {report.PerSecond:N0}/s"));
        if (report is { First: { } first, Last: { } last })
        {
            output.WriteLine(Line($"first {first.Seconds} s {first.PerSecond:N0}/s, last {last.Seconds} s {last.PerSecond:N0}/s"));
        }

        output.WriteLine();
        PrintLatencies(report, output);
        PrintTroubles(report, output);
    }

    private static void PrintLatencies(BenchReport report, TextWriter output)
    {
        output.WriteLine("latency, ms            count       mean        p50        p90        p99      p99.9     p99.99        max");
        foreach ((string kind, LatencySummary latencies) in report.ByKind)
        {
            PrintLatencies(kind, latencies, output);
        }

        if (report.ByKind.Count != 1)
        {
            PrintLatencies("all", report.LatencyUs, output);
        }
    }

    private static void PrintLatencies(string kind, LatencySummary of, TextWriter output) => output.WriteLine(Line(
        $"{kind,-17} {of.Count,10} {Ms(of.Mean)} {Ms(of.P50)} {Ms(of.P90)} {Ms(of.P99)} {Ms(of.P999)} {Ms(of.P9999)} {Ms(of.Max)}"));

    private static void PrintTroubles(BenchReport report, TextWriter output)
    {
        if (report.Unsent > 0)
        {
            output.WriteLine(Line(
                $"{report.Unsent:N0} operations were due and never sent: the cluster, or --clients, is too slow for this rate; they count with the time waited"));
        }

        if (report.Misses > 0)
        {
            output.WriteLine(Line($"{report.Misses:N0} reads found nothing"));
        }

        if (report.Retries > 0)
        {
            output.WriteLine(Line($"{report.Retries:N0} attempts were repeated by the native client, within the latencies above"));
        }

        output.WriteLine(Line($"{report.Failed:N0} errors"));
        foreach (ErrorSummary error in report.Errors)
        {
            output.WriteLine(Line($"  {error.Count:N0} {error.Code} ({error.Outcome}): {error.Example.ReplaceLineEndings(" ")}"));
        }
    }

    private static string Ms(double microseconds) => (microseconds / 1000).ToString("N3", CultureInfo.InvariantCulture).PadLeft(10);

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
