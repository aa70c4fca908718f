using System.Reflection;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Holdfast.Bench.Micro.Tests;

/// <summary>
/// Each benchmark has a budget of bytes that one operation may allocate (<c>budgets.json</c>). Time can't be tested on machines that
/// others use too; allocations can.
/// </summary>
public sealed class AllocationBudgetTests
{
    private const int WarmUps = 16_000;
    private const int Operations = 32_000;

    private static readonly Dictionary<string, double> Budgets =
        JsonSerializer.Deserialize<Dictionary<string, double>>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "budgets.json")))!;

    private static readonly MethodInfo[] Benchmarks =
    [
        .. from type in typeof(ParseBenchmarks).Assembly.GetTypes()
           from method in type.GetMethods()
           where method.IsDefined(typeof(BenchmarkAttribute))
           select method,
    ];

    public static TheoryData<string> Names() => [.. Benchmarks.Select(NameOf).Order()];

    [Fact]
    public void Every_benchmark_has_a_budget_and_every_budget_a_benchmark() =>
        Assert.Equal(Benchmarks.Select(NameOf).Order(), Budgets.Keys.Order());

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operation_allocates_no_more_than_its_budget(string name)
    {
        MethodInfo method = Benchmarks.Single(m => NameOf(m) == name);
        object benchmark = Activator.CreateInstance(method.DeclaringType!)!;
        using var cleanup = benchmark as IDisposable;
        method.DeclaringType!.GetMethods().SingleOrDefault(m => m.IsDefined(typeof(GlobalSetupAttribute)))?.Invoke(benchmark, null);
        Func<long> run = method.CreateDelegate<Func<long>>(benchmark);

        int atOnce = method.GetCustomAttribute<BenchmarkAttribute>()!.OperationsPerInvoke;
        Repeat(run, WarmUps / atOnce);
        var managed = ManagedBytes.Begin();
        Repeat(run, Operations / atOnce);
        long allocated = managed.Allocated;

        // What is allocated once in a while, for a view of the cluster or a segment of the log, comes to less than a byte for each.
        double each = (double)allocated / Operations;
        Assert.True(each < Budgets[name] + 1, $"{name} allocates {each:0.00} bytes an operation; its budget is {Budgets[name]}");
    }

    private static long Repeat(Func<long> run, int times)
    {
        long sum = 0;
        for (int i = 0; i < times; i++)
        {
            sum += run();
        }

        return sum;
    }

    private static string NameOf(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
}
