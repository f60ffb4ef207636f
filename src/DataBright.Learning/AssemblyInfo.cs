using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("DataBright.Learning.Tests")]
[assembly: InternalsVisibleTo("DataBright.Bench")]
