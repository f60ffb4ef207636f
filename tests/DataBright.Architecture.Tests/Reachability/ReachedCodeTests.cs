using Mono.Cecil;

namespace DataBright.Architecture.Reachability;

/// <summary>What counts as reached, on code whose answer is known.</summary>
public sealed class ReachedCodeTests
{
    [Theory]
    [InlineData("Entry", true)]
    [InlineData("Called", true)]
    [InlineData("CalledInLambda", true)]
    [InlineData("CalledWhenAwaited", true)]
    [InlineData("CalledWhenIterated", true)]
    [InlineData("Idle", false)]
    [InlineData("CalledByIdle", false)]
    public void A_method_is_reached_by_whoever_calls_it(string method, bool isReached) => Has(nameof(Sample), method).ShouldBe(isReached);

    [Theory]
    [InlineData(nameof(Square), nameof(IShape.Area), true)]
    [InlineData(nameof(Square), nameof(IShape.Sides), false)]
    [InlineData(nameof(Square), nameof(ToString), true)]
    [InlineData(nameof(Cut), "Depth", true)]
    [InlineData(nameof(Fact), "get_Read", true)]
    [InlineData(nameof(Fact), "get_Unread", false)]
    [InlineData(nameof(Converter), ".ctor", true)]
    public void Implementing_what_is_called_reaches(string type, string method, bool isReached) => Has(type, method).ShouldBe(isReached);

    [Theory]
    [InlineData(nameof(Square), true)]
    [InlineData(nameof(Argument), true)]
    [InlineData(nameof(Held), true)]
    [InlineData(nameof(Circle), false)]
    [InlineData(nameof(HeldByIdle), false)]
    public void A_type_is_reached_by_code_that_names_it(string type, bool isReached) =>
        Reached.Value.Code.Has(Reached.Value.Type(type)).ShouldBe(isReached);

    private static bool Has(string type, string method) =>
        Reached.Value.Code.Has(Reached.Value.Type(type).Methods.Single(m => m.Name == method));

    private static readonly Lazy<(ReachedCode Code, Func<string, TypeDefinition> Type)> Reached = new(() =>
    {
        var assembly = AssemblyDefinition.ReadAssembly(typeof(ReachedCodeTests).Assembly.Location);
        var all = assembly.MainModule.GetTypes().ToList();
        var code = new ReachedCode(new HashSet<string> { assembly.Name.Name });
        code.Reach(Type(nameof(Sample)).Methods.Single(method => method.Name == nameof(Sample.Entry)));
        code.Follow();
        return (code, Type);

        TypeDefinition Type(string name) => all.Single(type => type.Name == name && type.DeclaringType?.Name == nameof(ReachedCodeTests));
    });

#pragma warning disable CA1812, CA1822, CA1852, CA1859 // Sample code, which is compiled and never run.
    private sealed class Sample
    {
        private readonly Held _held = new();

        public static async Task<int> Entry()
        {
            IShape shape = new Square();
            Func<int> later = () => CalledInLambda();
            Deep cut = new Cut();
            var fact = new Fact(1, 2);
            await CalledWhenAwaited();
            var seen = Called() + shape.Area() + later() + cut.Depth() + Iterated().Sum() + fact.Read;
            return seen + new List<Argument>().Count + typeof(Converted).Name.Length;
        }

        private static int Called() => 1;

        private static int CalledInLambda() => 2;

        private static async Task CalledWhenAwaited() => await Task.CompletedTask;

        private static IEnumerable<int> Iterated() { yield return CalledWhenIterated(); }

        private static int CalledWhenIterated() => 3;

        private int Idle() => CalledByIdle() + new Circle().Area() + _held.GetHashCode();

        private static int CalledByIdle() => 4;
    }

    private interface IShape { int Area(); int Sides(); }

    private sealed class Square : IShape
    {
        public int Area() => 1;

        public int Sides() => 4;

        public override string ToString() => "square";
    }

    private sealed class Circle : IShape
    {
        private readonly HeldByIdle _held = new();

        public int Area() => _held.ToString()!.Length;

        public int Sides() => 0;
    }

    private abstract class Deep { public abstract int Depth(); }

    private sealed class Cut : Deep { public override int Depth() => 5; }

    private sealed class Held;

    private sealed class HeldByIdle;

    private sealed class Argument;

    private sealed record Fact(int Read, int Unread);

    private sealed class Converter;

    [System.ComponentModel.TypeConverter(typeof(Converter))]
    private sealed class Converted;
#pragma warning restore CA1812, CA1822, CA1852, CA1859
}
