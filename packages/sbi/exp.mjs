import { simulate, train, nle, gamma, poisson } from "./dist/index.js";
import { logGamma } from "@poolish/math";
import fs from "node:fs";
const rows=fs.readFileSync('/work/shared/data/cookies/cookie_chips_data.csv','utf8').trim().split('\n').slice(1).map(l=>l.split(',').map(Number));
const data=[1,2,3,4,5].map(l=>rows.filter(r=>r[1]===l).map(r=>r[0]));
const G=[];for(let r=1.5;r<22;r+=.04)G.push(r);
const mus=Array.from({length:56},(_,i)=>4.5+i*9.5/55), sgs=Array.from({length:56},(_,i)=>.15+i*5.85/55);
function posterior(LL){ // LL[5][G]
 const L=LL.map(l=>{const m=Math.max(...l);return l.map(v=>Math.exp(v-m))});
 const acc=Array.from({length:7},()=>[0,0,0]); 
 for(const m of mus)for(const s of sgs){const a=m*m/s/s,b=m/s/s,c=a*Math.log(b)-logGamma(a);const P=G.map(r=>Math.exp((a-1)*Math.log(r)-b*r+c));
  const I=L.map(l=>{let i0=0,i1=0,i2=0;for(let g=0;g<G.length;g++){const w=P[g]*l[g];i0+=w;i1+=w*G[g];i2+=w*G[g]*G[g]}return[i0,i1/i0,i2/i0]});
  const w=Math.exp(Math.log(m)-.2*m-s)*I.reduce((p,i)=>p*i[0]*10,1);
  [[m,m*m],[s,s*s],...I.map(i=>[i[1],i[2]])].forEach(([e1,e2],k)=>{acc[k][0]+=w;acc[k][1]+=w*e1;acc[k][2]+=w*e2});}
 return acc.map(([w,a,b])=>[a/w,Math.sqrt(b/w-(a/w)**2)]);}
const lg=G.map(r=>Math.log(r));
const EX=posterior(data.map(d=>{const S=d.reduce((a,b)=>a+b,0);return G.map((r,g)=>S*lg[g]-d.length*r)}));
console.log('exact',EX.map(e=>e.map(v=>v.toFixed(3)).join('/')).join(' '));
const opts=JSON.parse(process.argv[2]??'{}'); const [from,to]=(process.argv[3]??'1-10').split('-').map(Number);
const E=[],SD=[];
const sim={parameters:['rate'],columns:[{name:'chips',kind:'count'}],simulate(rng,th,out){out[0]=poisson(th[0]).sample(rng)}};
for(let seed=from;seed<=to;seed++){
 let t=performance.now(); const sims=await simulate({simulator:sim,prior:{rate:gamma(2,.2)},count:50000,seed}); const ts=performance.now()-t; t=performance.now();
 const est=await train(nle(opts),sims,{seed}); const tt=performance.now()-t;
 const th=Float64Array.from(G);
 const cache=new Map(); const lp=k=>{if(!cache.has(k))cache.set(k,est.logProb(new Float64Array(G.length).fill(k),th));return cache.get(k)};
 const P=posterior(data.map(d=>{const o=new Array(G.length).fill(0);for(const k of d){const v=lp(k);for(let g=0;g<G.length;g++)o[g]+=v[g]}return o}));
 E.push(P.map((p,i)=>(p[0]-EX[i][0])/EX[i][1]));SD.push(P.map((p,i)=>p[1]/EX[i][1]));
 console.log(seed,E.at(-1).map(v=>v.toFixed(3)).join(' '),'sd',SD.at(-1).map(v=>v.toFixed(2)).join(' '),'held',est.spec.provenance.heldOutLogDensity.toFixed(4),'ms',ts.toFixed(0),tt.toFixed(0));
}
console.log(process.env.SHAPE,JSON.stringify(opts),'rms',EX.map((_,k)=>Math.sqrt(E.reduce((s,e)=>s+e[k]**2,0)/E.length).toFixed(3)).join(' '),'all',Math.sqrt(E.flat().reduce((s,e)=>s+e*e,0)/E.length/7).toFixed(4),'worst',Math.max(...E.flat().map(Math.abs)).toFixed(3),'sd',Math.min(...SD.flat()).toFixed(3),Math.max(...SD.flat()).toFixed(3));
