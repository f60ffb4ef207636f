namespace DataBright.Architecture.Patches;

/// <summary>A new kind of layer.</summary>
public sealed class LayerPatchTests : WorkedPatchTests
{
    private const string Layers = "src/DataBright.Learning/Layers/";

    private protected override WorkedPatch Patch => new("add-a-layer", Layers, Shared: [Layers + "LayerKinds.cs"], MaxFilesOutside: 3);
}
