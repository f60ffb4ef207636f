using DataBright.Cli.Up;

namespace DataBright.Cli.Tests.Up;

public sealed class ReachTests
{
    /// <summary>What a proxy passes on comes from this machine, too: keys and unsigned uploads are for the people at it.</summary>
    [Theory]
    [InlineData("http://127.0.0.1:7007", "", true)]
    [InlineData("http://127.0.0.1:7007", "node.example", false)]
    [InlineData("http://192.0.2.1:7007", "", false)]
    public void A_node_with_a_public_name_is_not_alone_on_its_machine(string listen, string names, bool alone) =>
        new Reach(IsOwn: true, names.Split(' ', StringSplitOptions.RemoveEmptyEntries)).IsAloneAt(new Uri(listen)).ShouldBe(alone);
}
