namespace DataBright.Storage.Tests;

public sealed class FileDagTests
{
    private const int Chunk = FileDag.ChunkSize;

    [Fact]
    public async Task Files_of_every_shape_have_the_CID_that_public_tools_give_them()
    {
        int[] sizes =
        [
            0, 1, 100, Chunk - 1, Chunk, Chunk + 1, 2 * Chunk, 3 * Chunk + 5,
            173 * Chunk, 174 * Chunk, 174 * Chunk + 1, 175 * Chunk, 348 * Chunk, 348 * Chunk + 1,
        ];

        var expected = await Peer.AskAsync<string[]>("cids.mjs", sizes);

        var content = TestFiles.Content(sizes.Max());
        for (int i = 0; i < sizes.Length; i++)
            FileDag.RootOf(content.AsSpan(0, sizes[i])).ToString().ShouldBe(expected[i], $"{sizes[i]} bytes");
    }

    /// <summary>Known from any IPFS installation.</summary>
    [Theory]
    [InlineData("", "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")]
    [InlineData("hello world", "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")]
    public void Known_files_have_their_known_CID(string text, string cid) =>
        FileDag.RootOf(System.Text.Encoding.ASCII.GetBytes(text)).ToString().ShouldBe(cid);

    [Fact]
    public void The_number_of_leaves_must_fit_the_length() =>
        Should.Throw<ArgumentException>(() => FileDag.RootOf([default, default], Chunk));

    [Fact]
    public void Every_node_is_reported_children_first()
    {
        var leaves = new Digest[175];
        var nodes = new List<Cid>();
        var root = FileDag.RootOf(leaves, 175L * Chunk, (cid, block) =>
        {
            Digest.Of(block).ShouldBe(cid.Hash);
            nodes.Add(cid);
        });
        nodes.Count.ShouldBe(3);
        nodes[^1].ShouldBe(root);
    }
}
